import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0021_plain_names_of_ports'),
        ('schools', '0042_index_words'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='IpAddress',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('address', models.GenericIPAddressField(unique=True, verbose_name='adresse')),
                        ('name', models.CharField(blank=True, max_length=120, verbose_name='nom ou usage')),
                        ('is_management', models.BooleanField(default=False, verbose_name='adresse de gestion')),
                        ('outside_why', models.CharField(blank=True, max_length=200, verbose_name='hors préfixe, parce que')),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='ip_addresses', to='inventory.device', verbose_name='équipement')),
                        ('port', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='ip_addresses', to='inventory.port', verbose_name='port')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'adresse IP',
                        'verbose_name_plural': 'adresses IP',
                        'ordering': ['address'],
                        'indexes': [models.Index(fields=['site', 'address'], name='address_by_site')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('is_management', True)), fields=('device',), name='management_address_once_per_device'), models.CheckConstraint(condition=models.Q(('is_management', False), ('device__isnull', False), _connector='OR'), name='management_address_of_a_device'), models.CheckConstraint(condition=models.Q(('port__isnull', True), ('device__isnull', False), _connector='OR'), name='address_port_of_a_device')],
                    },
                ),
                migrations.CreateModel(
                    name='Rack',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('name', models.CharField(max_length=40, verbose_name='nom')),
                        ('units', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='hauteur (U)')),
                        ('notes', models.CharField(blank=True, max_length=300, verbose_name='remarque')),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='racks', to='schools.room', verbose_name='local')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site', verbose_name='implantation')),
                    ],
                    options={
                        'verbose_name': 'baie',
                        'verbose_name_plural': 'baies',
                        'ordering': ['site', 'name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('units__range', (1, 60))), name='rack_height_is_possible'), models.UniqueConstraint(fields=('site', 'name'), name='rack_name_once_per_site')],
                    },
                ),
                migrations.CreateModel(
                    name='RackPlace',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('bottom', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='unité du bas')),
                        ('height', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='hauteur (U)')),
                        ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rack_place', to='inventory.device', verbose_name='équipement')),
                        ('rack', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='inventory.rack', verbose_name='baie')),
                    ],
                    options={
                        'verbose_name': 'place dans une baie',
                        'verbose_name_plural': 'places dans les baies',
                        'ordering': ['rack', '-bottom'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('bottom__gte', 1), ('height__gte', 1)), name='rack_place_has_units'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('rack', '='), (models.Func(models.F('bottom'), django.db.models.expressions.CombinedExpression(models.F('bottom'), '+', models.F('height')), function='int4range', output_field=django.contrib.postgres.fields.ranges.IntegerRangeField()), '&&')], name='rack_units_taken_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Radio',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('band', models.CharField(choices=[('2.4', '2,4 GHz'), ('5', '5 GHz'), ('6', '6 GHz')], max_length=3, verbose_name='bande')),
                        ('count', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4)], verbose_name='nombre de radios')),
                        ('channel', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='canal')),
                        ('width_mhz', models.PositiveSmallIntegerField(choices=[(20, '20 MHz'), (40, '40 MHz'), (80, '80 MHz'), (160, '160 MHz'), (320, '320 MHz')], default=20, verbose_name='largeur de canal')),
                        ('power_dbm', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(30)], verbose_name='puissance (dBm)')),
                        ('access_point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='radios', to='inventory.device', verbose_name='borne')),
                    ],
                    options={
                        'verbose_name': 'radio',
                        'verbose_name_plural': 'radios',
                        'ordering': ['access_point', 'band'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('count__range', (1, 4))), name='radio_count_is_possible'), models.CheckConstraint(condition=models.Q(('channel__isnull', True), models.Q(('band', '2.4'), ('channel__range', (1, 13))), models.Q(('band', '5'), ('channel__in', [36, 40, 44, 48, 52, 56, 60, 64, 100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 140])), models.Q(('band', '6'), ('channel__in', [1, 5, 9, 13, 17, 21, 25, 29, 33, 37, 41, 45, 49, 53, 57, 61, 65, 69, 73, 77, 81, 85, 89, 93])), _connector='OR'), name='radio_channel_is_of_its_band'), models.CheckConstraint(condition=models.Q(models.Q(('band', '2.4'), ('width_mhz__in', [20, 40])), models.Q(('band', '5'), ('width_mhz__in', [20, 40, 80, 160])), models.Q(('band', '6'), ('width_mhz__in', [20, 40, 80, 160, 320])), _connector='OR'), name='radio_width_is_of_its_band'), models.CheckConstraint(condition=models.Q(('power_dbm__isnull', True), ('power_dbm__lte', 30), _connector='OR'), name='radio_power_is_possible'), models.UniqueConstraint(fields=('access_point', 'band'), name='radio_band_once')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='port',
            name='plain',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), function='inventory_plain_port'), output_field=models.CharField(max_length=40)),
        ),
        migrations.AddField(
            model_name='link',
            name='cable',
            field=models.CharField(blank=True, choices=[('', 'inconnu'), ('cat5e', 'cuivre Cat 5e'), ('cat6', 'cuivre Cat 6'), ('cat6a', 'cuivre Cat 6a'), ('cat7', 'cuivre Cat 7'), ('om3', 'fibre multimode OM3'), ('om4', 'fibre multimode OM4'), ('os2', 'fibre monomode OS2')], default='', max_length=5, verbose_name='câble'),
        ),
        migrations.AddField(
            model_name='link',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le'),
        ),
        migrations.AddField(
            model_name='link',
            name='colour',
            field=models.CharField(blank=True, choices=[('', 'non noté'), ('grey', 'gris'), ('blue', 'bleu'), ('green', 'vert'), ('yellow', 'jaune'), ('orange', 'orange'), ('red', 'rouge'), ('black', 'noir'), ('white', 'blanc'), ('violet', 'violet')], default='', max_length=6, verbose_name='couleur'),
        ),
        migrations.AddField(
            model_name='link',
            name='label',
            field=models.CharField(blank=True, max_length=40, verbose_name='étiquette'),
        ),
        migrations.AddField(
            model_name='link',
            name='length_m',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=6, null=True, verbose_name='longueur (m)'),
        ),
        migrations.AddField(
            model_name='link',
            name='role',
            field=models.CharField(choices=[('access', 'raccordement'), ('uplink', 'lien montant'), ('backbone', 'dorsale')], default='access', max_length=8, verbose_name='rôle'),
        ),
        migrations.AddField(
            model_name='link',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='port',
            name='access_vlan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='access_ports', to='inventory.vlan', verbose_name='VLAN non étiqueté'),
        ),
        migrations.AddField(
            model_name='port',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le'),
        ),
        migrations.AddField(
            model_name='port',
            name='description',
            field=models.CharField(blank=True, max_length=120, verbose_name='description'),
        ),
        migrations.AddField(
            model_name='port',
            name='trunk_vlans',
            field=models.ManyToManyField(blank=True, related_name='trunk_ports', to='inventory.vlan', verbose_name='VLAN étiquetés'),
        ),
        migrations.AddField(
            model_name='prefix',
            name='vlan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='prefixes', to='inventory.vlan', verbose_name='VLAN'),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='declared_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='proved_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='port',
            name='side',
            field=models.CharField(blank=True, choices=[('', 'prise d’un équipement'), ('front', 'avant'), ('rear', 'arrière')], default='', max_length=5, verbose_name='côté'),
        ),
        migrations.AddField(
            model_name='port',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='prefix',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le'),
        ),
        migrations.AddField(
            model_name='prefix',
            name='dhcp_first',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='DHCP, de'),
        ),
        migrations.AddField(
            model_name='prefix',
            name='dhcp_last',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='DHCP, à'),
        ),
        migrations.AddField(
            model_name='prefix',
            name='gateway',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='passerelle'),
        ),
        migrations.AddField(
            model_name='prefix',
            name='notes',
            field=models.CharField(blank=True, max_length=200, verbose_name='remarque'),
        ),
        migrations.AddField(
            model_name='prefix',
            name='role',
            field=models.CharField(choices=[('lan', 'réseau local'), ('management', 'gestion'), ('link', 'liaison avec l’opérateur'), ('other', 'autre usage')], default='lan', max_length=10, verbose_name='rôle'),
        ),
        migrations.AddField(
            model_name='prefix',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le'),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='declared_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='déclaré le'),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='proof',
            field=models.CharField(choices=[('declared', 'déclaré'), ('survey', 'mesuré sur place'), ('clients', 'appareils connectés vus')], default='declared', max_length=8, verbose_name='preuve'),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='proved_on',
            field=models.DateField(blank=True, null=True, verbose_name='vérifié le'),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='remark',
            field=models.CharField(blank=True, max_length=300, verbose_name='remarque'),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='signal_dbm',
            field=models.SmallIntegerField(blank=True, null=True, verbose_name='signal (dBm)'),
        ),
        migrations.AddField(
            model_name='roomcoverage',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name='observeddevice',
            name='category',
            field=models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('hotspot', 'borne 4G ou carte SIM'), ('panel', 'panneau de brassage'), ('socket', 'prise murale'), ('other', 'autre')], default='other', max_length=16, verbose_name='catégorie'),
        ),
        migrations.AlterField(
            model_name='product',
            name='category',
            field=models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('hotspot', 'borne 4G ou carte SIM'), ('panel', 'panneau de brassage'), ('socket', 'prise murale'), ('other', 'autre')], max_length=16, verbose_name='catégorie'),
        ),
        migrations.AlterField(
            model_name='roomcoverage',
            name='access_point',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverages', to='inventory.device', verbose_name='borne'),
        ),
        migrations.AlterField(
            model_name='roomcoverage',
            name='room',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverages', to='schools.room', verbose_name='local'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.CheckConstraint(condition=models.Q(('length_m__isnull', True), ('length_m__gt', 0), _connector='OR'), name='link_length_is_positive'),
        ),
        migrations.AddConstraint(
            model_name='port',
            constraint=models.UniqueConstraint(fields=('device', 'plain'), name='port_once_per_device'),
        ),
        migrations.AddConstraint(
            model_name='port',
            constraint=models.UniqueConstraint(condition=models.Q(('side', ''), _negated=True), fields=('device', 'number', 'side'), name='panel_position_once_per_side'),
        ),
        migrations.AddConstraint(
            model_name='roomcoverage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proof', 'declared'), ('proved_on', None)), models.Q(models.Q(('proof', 'declared'), _negated=True), ('proved_on__isnull', False)), _connector='OR'), name='coverage_proved_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='roomcoverage',
            constraint=models.CheckConstraint(condition=models.Q(('signal_dbm__isnull', True), ('signal_dbm__range', (-100, -10)), _connector='OR'), name='coverage_signal_is_possible'),
        ),
        migrations.AlterField(
            model_name='customfield',
            name='categories',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('hotspot', 'borne 4G ou carte SIM'), ('panel', 'panneau de brassage'), ('socket', 'prise murale'), ('other', 'autre')], max_length=16), size=None, verbose_name='catégories'),
        ),
    ]
