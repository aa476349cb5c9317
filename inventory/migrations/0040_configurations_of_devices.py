import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0023_what_belongs_to_a_site'),
        ('schools', '0042_index_words'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='CliCredentialSet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='nom')),
                        ('sealed', models.TextField(editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changé le')),
                        ('refusals', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='refus de suite')),
                    ],
                    options={
                        'verbose_name': 'identifiants de ligne de commande',
                        'verbose_name_plural': 'identifiants de ligne de commande',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='ConfigBlob',
                    fields=[
                        ('digest', models.CharField(max_length=64, primary_key=True, serialize=False)),
                        ('sealed', models.BinaryField()),
                        ('lines', models.PositiveIntegerField(verbose_name='lignes')),
                        ('size', models.PositiveIntegerField(verbose_name='taille')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                    ],
                    options={
                        'verbose_name': 'texte de configuration',
                        'verbose_name_plural': 'textes de configuration',
                        'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='config_blob_digest_is_sha256')],
                    },
                ),
                migrations.CreateModel(
                    name='ConfigBackup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('platform', models.CharField(max_length=40, verbose_name='plateforme')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vue depuis')),
                        ('last_seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vue jusqu’à')),
                        ('reads', models.PositiveIntegerField(default=1, verbose_name='lectures')),
                        ('took_ms', models.PositiveIntegerField(default=0, verbose_name='durée (ms)')),
                        ('cause', models.CharField(choices=[('schedule', 'planifiée'), ('demand', 'demandée'), ('before_push', 'avant un changement'), ('after_push', 'après un changement'), ('trap', 'annoncée par l’équipement')], max_length=12, verbose_name='lecture')),
                        ('current', models.BooleanField(default=True)),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='config_backups', to='inventory.device')),
                        ('blob', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.configblob')),
                    ],
                    options={
                        'verbose_name': 'configuration sauvegardée',
                        'verbose_name_plural': 'configurations sauvegardées',
                        'ordering': ['device', '-at', '-id'],
                        'indexes': [models.Index(fields=['device', '-at', '-id'], name='config_by_device')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('device',), name='config_one_current_per_device'), models.CheckConstraint(condition=models.Q(('last_seen_at__gte', models.F('at'))), name='config_seen_after_it_began')],
                    },
                ),
                migrations.CreateModel(
                    name='CliAccess',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.GenericIPAddressField(verbose_name='adresse')),
                        ('port', models.PositiveIntegerField(default=22, verbose_name='port SSH')),
                        ('platform', models.CharField(max_length=40, verbose_name='plateforme')),
                        ('host_key', models.TextField(blank=True, editable=False, verbose_name='clé SSH connue')),
                        ('host_key_at', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('enabled', models.BooleanField(default=True, verbose_name='sauvegardée')),
                        ('state', models.CharField(choices=[('never', 'jamais lue'), ('ok', 'à jour'), ('failing', 'en échec'), ('paused', 'à débloquer')], default='never', editable=False, max_length=8, verbose_name='état')),
                        ('failures', models.PositiveIntegerField(default=0, editable=False, verbose_name='échecs de suite')),
                        ('next_backup_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='prochaine lecture')),
                        ('wanted', models.CharField(choices=[('schedule', 'planifiée'), ('demand', 'demandée'), ('before_push', 'avant un changement'), ('after_push', 'après un changement'), ('trap', 'annoncée par l’équipement')], default='schedule', editable=False, max_length=12)),
                        ('wanted_at', models.DateTimeField(editable=False, null=True)),
                        ('lease_until', models.DateTimeField(editable=False, null=True)),
                        ('token', models.UUIDField(editable=False, null=True)),
                        ('last_read_at', models.DateTimeField(editable=False, null=True, verbose_name='lue le')),
                        ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='cli_access', to='inventory.device')),
                        ('wanted_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('credential_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.clicredentialset', verbose_name='identifiants')),
                        ('expected', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.configblob')),
                    ],
                    options={
                        'verbose_name': 'accès à la ligne de commande',
                        'verbose_name_plural': 'accès aux lignes de commande',
                        'ordering': ['device'],
                        'indexes': [models.Index(condition=models.Q(('enabled', True), models.Q(('state', 'paused'), _negated=True)), fields=['next_backup_at'], name='cli_access_by_next_backup'), models.Index(fields=['state'], name='cli_access_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('address', 'port'), name='cli_access_address_once'), models.CheckConstraint(condition=models.Q(('port__range', (1, 65535))), name='cli_access_port_sane'), models.CheckConstraint(condition=models.Q(models.Q(('lease_until', None), ('token', None)), models.Q(('lease_until__isnull', False), ('token__isnull', False)), _connector='OR'), name='cli_access_lease_has_token')],
                    },
                ),
                migrations.CreateModel(
                    name='ConfigDrift',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='constaté le')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dernier changement')),
                        ('added', models.PositiveIntegerField(default=0, verbose_name='lignes ajoutées')),
                        ('removed', models.PositiveIntegerField(default=0, verbose_name='lignes retirées')),
                        ('state', models.CharField(choices=[('open', 'à examiner'), ('accepted', 'accepté'), ('returned', 'revenue comme avant'), ('replaced', 'remplacée par un changement prévu')], default='open', max_length=8, verbose_name='état')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                        ('after', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.configbackup')),
                        ('before', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.configbackup')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='config_drifts', to='inventory.device')),
                    ],
                    options={
                        'verbose_name': 'changement imprévu',
                        'verbose_name_plural': 'changements imprévus',
                        'ordering': ['-opened_at', '-id'],
                        'indexes': [models.Index(fields=['state', '-opened_at'], name='drift_by_state')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('device',), name='drift_one_open_per_device'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='drift_decided_unless_open'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='drift_accepted_with_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='ConfigFailure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(choices=[('unreachable', 'injoignable'), ('refused', 'mot de passe refusé'), ('host_key', 'clé SSH changée'), ('hung', 'ne répond plus'), ('dropped', 'ligne tombée'), ('rejected', 'commande refusée'), ('no_login', 'aucun identifiant'), ('suspended', 'identifiants suspendus')], max_length=12, verbose_name='raison')),
                        ('said', models.CharField(blank=True, max_length=400, verbose_name='détail')),
                        ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis')),
                        ('last_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dernier essai')),
                        ('times', models.PositiveIntegerField(default=1, verbose_name='essais')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='fini le')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='config_failures', to='inventory.device')),
                    ],
                    options={
                        'verbose_name': 'échec de sauvegarde',
                        'verbose_name_plural': 'échecs de sauvegarde',
                        'ordering': ['-last_at', '-id'],
                        'indexes': [models.Index(fields=['device', '-last_at'], name='config_failure_by_device')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('device',), name='config_one_open_failure_per_device')],
                    },
                ),
                migrations.CreateModel(
                    name='CliCredentialScope',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rank', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
                        ('platform', models.CharField(blank=True, max_length=40, verbose_name='plateforme')),
                        ('region', models.BooleanField(default=False, verbose_name='toute la Région')),
                        ('province', models.CharField(blank=True, choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], max_length=16, verbose_name='province')),
                        ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.authority')),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                        ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                        ('credential_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scopes', to='inventory.clicredentialset')),
                    ],
                    options={
                        'verbose_name': 'portée d’identifiants',
                        'verbose_name_plural': 'portées d’identifiants',
                        'ordering': ['rank', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('province', ''), ('region', True), ('school', None), ('site', None)), models.Q(('authority', None), ('region', False), ('school', None), ('site', None), models.Q(('province', ''), _negated=True)), models.Q(('authority__isnull', False), ('province', ''), ('region', False), ('school', None), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school__isnull', False), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school', None), ('site__isnull', False)), _connector='OR'), name='cli_scope_is_exactly_one')],
                    },
                ),
            ],
        ),
    ]
