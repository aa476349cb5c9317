import django.db.models.deletion
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('schools', '0001_places_people_agreements_audit'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Device',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom')),
                        ('serial', models.CharField(blank=True, max_length=60, null=True, verbose_name='numéro de série')),
                        ('asset_number', models.CharField(blank=True, max_length=30, null=True, verbose_name='étiquette')),
                        ('mac', models.CharField(blank=True, max_length=17, null=True, verbose_name='adresse MAC')),
                        ('state', models.CharField(choices=[('ordered', 'commandé'), ('in_stock', 'en stock'), ('installed', 'installé'), ('in_repair', 'en réparation'), ('retired', 'retiré')], default='installed', max_length=12, verbose_name='situation')),
                        ('installed_on', models.DateField(blank=True, null=True, verbose_name='installé le')),
                        ('warranty_until', models.DateField(blank=True, null=True, verbose_name='garantie jusqu’au')),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='devices', to='schools.room')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='schools.site')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='devices', to='inventory.product')),
                    ],
                    options={
                        'verbose_name': 'équipement',
                        'verbose_name_plural': 'équipements',
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='device_name_once_per_site'), models.UniqueConstraint(fields=('serial',), name='device_serial_once'), models.UniqueConstraint(fields=('asset_number',), name='device_asset_number_once'), models.CheckConstraint(condition=models.Q(('mac__isnull', True), ('mac__regex', '^([0-9a-f]{2}:){5}[0-9a-f]{2}$'), _connector='OR'), name='device_mac_is_canonical')],
                    },
                ),
                migrations.CreateModel(
                    name='Port',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=40, verbose_name='nom')),
                        ('number', models.PositiveSmallIntegerField(default=0, verbose_name='numéro')),
                        ('if_index', models.PositiveIntegerField(blank=True, null=True, verbose_name='ifIndex')),
                        ('kind', models.CharField(choices=[('copper', 'cuivre'), ('fibre', 'fibre'), ('radio', 'radio'), ('virtual', 'virtuel')], default='copper', max_length=8, verbose_name='type')),
                        ('speed_mbps', models.PositiveIntegerField(blank=True, null=True, verbose_name='débit (Mbit/s)')),
                        ('poe', models.BooleanField(default=False, verbose_name='PoE')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ports', to='inventory.device')),
                    ],
                    options={
                        'verbose_name': 'port',
                        'verbose_name_plural': 'ports',
                        'ordering': ['device', 'number', 'name'],
                        'constraints': [models.UniqueConstraint(fields=('device', 'name'), name='port_name_once_per_device')],
                    },
                ),
                migrations.CreateModel(
                    name='Link',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('cable', 'câble'), ('fibre', 'fibre optique'), ('radio', 'pont radio')], default='cable', max_length=8, verbose_name='type')),
                        ('port_a', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='link_a', to='inventory.port')),
                        ('port_b', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='link_b', to='inventory.port')),
                    ],
                    options={
                        'verbose_name': 'lien',
                        'verbose_name_plural': 'liens',
                        'constraints': [models.CheckConstraint(condition=models.Q(('port_a__lt', models.F('port_b'))), name='link_smaller_port_first')],
                    },
                ),
                migrations.CreateModel(
                    name='Product',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('maker', models.CharField(max_length=60, verbose_name='marque')),
                        ('model', models.CharField(max_length=100, verbose_name='modèle')),
                        ('category', models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('other', 'autre')], max_length=16, verbose_name='catégorie')),
                        ('description', models.CharField(blank=True, max_length=120, verbose_name='en bref')),
                    ],
                    options={
                        'verbose_name': 'produit',
                        'verbose_name_plural': 'produits',
                        'ordering': ['maker', 'model'],
                        'constraints': [models.UniqueConstraint(fields=('maker', 'model'), name='product_once')],
                    },
                ),
                migrations.CreateModel(
                    name='RoomCoverage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('access_point', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverages', to='inventory.device')),
                        ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='coverages', to='schools.room')),
                    ],
                    options={
                        'verbose_name': 'couverture WiFi',
                        'verbose_name_plural': 'couvertures WiFi',
                        'constraints': [models.UniqueConstraint(fields=('access_point', 'room'), name='coverage_once')],
                    },
                ),
            ],
        ),
    ]
