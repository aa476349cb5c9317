import django.contrib.postgres.constraints
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import inventory.models.addressing
import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0002_a_port_has_one_link'),
        ('schools', '0008_the_municipality_says_the_province'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='ObservedDevice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('matched_by', models.CharField(blank=True, choices=[('serial', 'numéro de série'), ('mac', 'adresse MAC'), ('address', 'adresse de gestion'), ('name', 'nom'), ('person', 'une personne')], default='', max_length=8, verbose_name='reconnu par')),
                        ('via', models.CharField(choices=[('snmp', 'lui-même'), ('controller', 'son contrôleur'), ('stack', 'sa pile')], max_length=10, verbose_name='vu par')),
                        ('family', models.CharField(blank=True, max_length=40)),
                        ('maker', models.CharField(blank=True, max_length=60, verbose_name='marque')),
                        ('category', models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('other', 'autre')], default='other', max_length=16, verbose_name='catégorie')),
                        ('profile', models.CharField(blank=True, max_length=40, verbose_name='profil')),
                        ('model', models.CharField(blank=True, max_length=100, verbose_name='modèle')),
                        ('hardware', models.CharField(blank=True, max_length=200, verbose_name='se nomme')),
                        ('version', models.CharField(blank=True, max_length=200, verbose_name='version')),
                        ('accepted_version', models.CharField(blank=True, max_length=200, verbose_name='version admise')),
                        ('serial', models.CharField(blank=True, max_length=60, null=True, verbose_name='numéro de série')),
                        ('mac', models.CharField(blank=True, max_length=17, null=True, verbose_name='adresse MAC')),
                        ('macs', models.JSONField(default=list, verbose_name='adresses MAC')),
                        ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='adresse')),
                        ('name', models.CharField(blank=True, max_length=120, verbose_name='nom annoncé')),
                        ('descr', models.CharField(blank=True, max_length=200)),
                        ('object_id', models.CharField(blank=True, max_length=255)),
                        ('evidence', models.JSONField(default=dict, verbose_name='preuves')),
                        ('facts', models.JSONField(default=dict, verbose_name='faits')),
                        ('conflict', models.JSONField(default=list, verbose_name='contradiction')),
                        ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vu la première fois')),
                        ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vu la dernière fois')),
                        ('missing_since', models.DateTimeField(blank=True, null=True, verbose_name='absent depuis')),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='observations', to='inventory.device')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parts', to='inventory.observeddevice')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'équipement observé',
                        'verbose_name_plural': 'équipements observés',
                        'ordering': ['name', 'id'],
                        'indexes': [models.Index(fields=['site', 'last_seen_at'], name='observed_by_site'), models.Index(fields=['mac'], name='observed_by_mac')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('serial__isnull', False)), fields=('site', 'serial'), name='observed_serial_once_per_site'), models.UniqueConstraint(condition=models.Q(('device__isnull', False)), fields=('device',), name='observed_once_per_device')],
                    },
                ),
                migrations.CreateModel(
                    name='Difference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('new', 'équipement inconnu'), ('missing', 'équipement absent'), ('moved', 'vu ailleurs'), ('conflict', 'preuves contraires'), ('twin', 'doublon possible'), ('product', 'modèle'), ('serial', 'numéro de série'), ('mac', 'adresse MAC'), ('version', 'version du logiciel'), ('ports', 'ports'), ('link', 'câblage'), ('room', 'local inconnu')], max_length=10, verbose_name='objet')),
                        ('subject', models.CharField(max_length=160)),
                        ('intended', models.CharField(blank=True, max_length=300, verbose_name='inventaire')),
                        ('observed', models.CharField(blank=True, max_length=300, verbose_name='réseau')),
                        ('detail', models.JSONField(default=dict)),
                        ('fingerprint', models.CharField(max_length=32)),
                        ('state', models.CharField(choices=[('open', 'à examiner'), ('accepted', 'accepté'), ('merged', 'rattaché'), ('ignored', 'ignoré'), ('gone', 'disparu de lui-même')], default='open', max_length=8, verbose_name='état')),
                        ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vu la première fois')),
                        ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vu la dernière fois')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                        ('undo', models.JSONField(default=list)),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='inventory.device')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                        ('observed_device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='differences', to='inventory.observeddevice')),
                    ],
                    options={
                        'verbose_name': 'écart',
                        'verbose_name_plural': 'écarts',
                        'ordering': ['-last_seen_at', '-id'],
                        'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['site', '-first_seen_at'], name='difference_open_by_site'), models.Index(fields=['state', '-first_seen_at', '-id'], name='difference_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('site', 'subject'), name='difference_once_per_subject'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'gone']), ('decided_at__isnull', False), _connector='OR'), name='difference_decided_when_not_open')],
                    },
                ),
                migrations.CreateModel(
                    name='ObservedNeighbour',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('local_port', models.CharField(max_length=60, verbose_name='port')),
                        ('protocol', models.CharField(max_length=4)),
                        ('chassis', models.CharField(blank=True, max_length=80)),
                        ('port', models.CharField(blank=True, max_length=80, verbose_name='port opposé')),
                        ('name', models.CharField(blank=True, max_length=120, verbose_name='nom annoncé')),
                        ('address', models.GenericIPAddressField(blank=True, null=True)),
                        ('platform', models.CharField(blank=True, max_length=200)),
                        ('resolved_by', models.CharField(blank=True, max_length=8)),
                        ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('missing_since', models.DateTimeField(blank=True, null=True)),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.device')),
                        ('observed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='neighbours', to='inventory.observeddevice')),
                    ],
                    options={
                        'verbose_name': 'voisin observé',
                        'verbose_name_plural': 'voisins observés',
                        'constraints': [models.UniqueConstraint(fields=('observed', 'local_port', 'protocol', 'chassis', 'name'), name='observed_neighbour_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ObservedPort',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom')),
                        ('if_index', models.PositiveIntegerField(blank=True, null=True, verbose_name='ifIndex')),
                        ('descr', models.CharField(blank=True, max_length=200)),
                        ('alias', models.CharField(blank=True, max_length=200, verbose_name='libellé')),
                        ('mac', models.CharField(blank=True, max_length=17, verbose_name='adresse MAC')),
                        ('speed_mbps', models.PositiveIntegerField(blank=True, null=True, verbose_name='débit (Mbit/s)')),
                        ('oper', models.CharField(blank=True, max_length=16, verbose_name='état')),
                        ('physical', models.BooleanField(default=False, verbose_name='prise')),
                        ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('missing_since', models.DateTimeField(blank=True, null=True)),
                        ('observed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ports', to='inventory.observeddevice')),
                    ],
                    options={
                        'verbose_name': 'port observé',
                        'verbose_name_plural': 'ports observés',
                        'ordering': ['observed', 'if_index', 'name'],
                        'constraints': [models.UniqueConstraint(fields=('observed', 'name'), name='observed_port_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Prefix',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('cidr', inventory.models.addressing.CidrField(verbose_name='préfixe')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'préfixe',
                        'verbose_name_plural': 'préfixes',
                        'ordering': ['cidr'],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(django.contrib.postgres.indexes.OpClass('cidr', name='inet_ops'), '&&')], name='prefix_overlaps_no_other')],
                    },
                ),
            ],
        ),
    ]
