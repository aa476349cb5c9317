import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0003_observed_devices_and_differences'),
        ('schools', '0042_index_words'),
        ('schools', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeviceMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis')),
                ('state', models.CharField(choices=[('ordered', 'commandé'), ('in_stock', 'en stock'), ('installed', 'installé'), ('in_repair', 'en réparation'), ('lent', 'prêté'), ('lost', 'perdu ou volé'), ('retired', 'retiré')], max_length=12, verbose_name='situation')),
                ('room_text', models.CharField(blank=True, max_length=60, verbose_name='local')),
                ('why', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='inventory.device')),
                ('holder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.room')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
            ],
            options={
                'verbose_name': 'mouvement',
                'verbose_name_plural': 'mouvements',
                'ordering': ['device', '-at', '-id'],
                'indexes': [models.Index(fields=['device', '-at', '-id'], name='move_latest')],
            },
        ),
        migrations.AddField(
            model_name='device',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le'),
        ),
        migrations.AddField(
            model_name='device',
            name='cloud_move',
            field=models.CharField(blank=True, choices=[('', 'non examiné'), ('candidate', 'pourrait migrer'), ('planned', 'migration prévue'), ('stays', 'reste à l’école')], default='', max_length=10, verbose_name='passage au cloud'),
        ),
        migrations.AddField(
            model_name='device',
            name='code',
            field=models.CharField(max_length=8, null=True, verbose_name='code de l’étiquette'),
        ),
        migrations.AddField(
            model_name='device',
            name='custom',
            field=models.JSONField(blank=True, default=dict, verbose_name='champs propres'),
        ),
        migrations.AddField(
            model_name='device',
            name='holder',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confié à'),
        ),
        migrations.AddField(
            model_name='device',
            name='notes',
            field=models.CharField(blank=True, max_length=500, verbose_name='remarque'),
        ),
        migrations.AddField(
            model_name='device',
            name='origin',
            field=models.CharField(choices=[('grant', 'appel à projets'), ('centre', 'centrale d’achat'), ('own', 'fonds propres'), ('gift', 'don'), ('unknown', 'inconnue')], default='unknown', max_length=8, verbose_name='provenance'),
        ),
        migrations.AddField(
            model_name='device',
            name='owner',
            field=models.CharField(choices=[('authority', 'pouvoir organisateur'), ('school', 'école'), ('region', 'Région'), ('lease', 'en location'), ('other', 'autre')], default='authority', max_length=10, verbose_name='propriétaire'),
        ),
        migrations.AddField(
            model_name='device',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AlterField(
            model_name='device',
            name='state',
            field=models.CharField(choices=[('ordered', 'commandé'), ('in_stock', 'en stock'), ('installed', 'installé'), ('in_repair', 'en réparation'), ('lent', 'prêté'), ('lost', 'perdu ou volé'), ('retired', 'retiré')], default='installed', max_length=12, verbose_name='situation'),
        ),
        migrations.AlterField(
            model_name='observeddevice',
            name='category',
            field=models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('hotspot', 'borne 4G ou carte SIM'), ('other', 'autre')], default='other', max_length=16, verbose_name='catégorie'),
        ),
        migrations.AlterField(
            model_name='product',
            name='category',
            field=models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('hotspot', 'borne 4G ou carte SIM'), ('other', 'autre')], max_length=16, verbose_name='catégorie'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=django.contrib.postgres.indexes.GinIndex(fields=['custom'], name='device_by_custom', opclasses=['jsonb_path_ops']),
        ),
    ]
