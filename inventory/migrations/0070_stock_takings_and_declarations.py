import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import inventory.models.stock
import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0060_evidence_is_looked_up'),
        ('schools', '0051_webhooks'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='StockTaking',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None)),
                        ('state', models.CharField(choices=[('running', 'en cours'), ('closed', 'clôturé'), ('abandoned', 'abandonné')], default='running', max_length=10, verbose_name='état')),
                        ('expected', models.PositiveIntegerField(default=0, verbose_name='attendus')),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                        ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='clôturé le')),
                        ('why', models.CharField(blank=True, max_length=300, verbose_name='remarque')),
                        ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('rooms', models.ManyToManyField(blank=True, related_name='+', to='schools.room')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'récolement',
                        'verbose_name_plural': 'récolements',
                        'ordering': ['-opened_at', '-id'],
                        'indexes': [models.Index(fields=['-opened_at', '-id'], name='stock_taking_latest')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('site',), name='one_stock_taking_runs_per_site'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='stock_taking_closed_when_not_running')],
                    },
                ),
                migrations.CreateModel(
                    name='StockScan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4)),
                        ('text', models.CharField(max_length=120, verbose_name='lu')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='à')),
                        ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('damaged', models.BooleanField(default=False, verbose_name='abîmé')),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='remarque')),
                        ('photo', models.FileField(blank=True, upload_to=inventory.models.stock.stock_photo_path)),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.device')),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.room')),
                        ('stock_taking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='inventory.stocktaking')),
                    ],
                    options={
                        'verbose_name': 'lecture',
                        'verbose_name_plural': 'lectures',
                        'ordering': ['-at', '-id'],
                        'indexes': [models.Index(fields=['stock_taking', '-at', '-id'], name='scan_latest')],
                        'constraints': [models.UniqueConstraint(fields=('stock_taking', 'key'), name='scan_once_per_key')],
                    },
                ),
                migrations.CreateModel(
                    name='StockFinding',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('missing', 'manquant'), ('moved', 'dans un autre local'), ('back', 'de retour'), ('elsewhere', 'inscrit ailleurs'), ('unknown', 'inconnu'), ('damaged', 'abîmé')], max_length=10, verbose_name='constat')),
                        ('text', models.CharField(blank=True, max_length=120, verbose_name='lu')),
                        ('state', models.CharField(choices=[('open', 'à décider'), ('accepted', 'accepté'), ('ignored', 'laissé tel quel')], default='open', max_length=8, verbose_name='suivi')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                        ('undo', models.JSONField(default=list)),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.device')),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.room')),
                        ('stock_taking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='inventory.stocktaking')),
                    ],
                    options={
                        'verbose_name': 'constat',
                        'verbose_name_plural': 'constats',
                        'ordering': ['kind', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('stock_taking', 'kind', 'device'), name='finding_once_per_device'), models.CheckConstraint(condition=models.Q(('device__isnull', False), models.Q(('text', ''), _negated=True), _connector='OR'), name='finding_is_about_something'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('decided_at__isnull', False)), _connector='OR'), name='finding_decided_when_not_open')],
                    },
                ),
                migrations.CreateModel(
                    name='StockCount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(verbose_name='compté le')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stock_counts', to='inventory.device')),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.room')),
                        ('scan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.stockscan')),
                        ('stock_taking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='counts', to='inventory.stocktaking')),
                    ],
                    options={
                        'verbose_name': 'comptage',
                        'verbose_name_plural': 'comptages',
                        'ordering': ['-at', '-id'],
                        'indexes': [models.Index(fields=['device', '-at'], name='count_latest_of_device')],
                        'constraints': [models.UniqueConstraint(fields=('stock_taking', 'device'), name='counted_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ExpectedDevice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('room_text', models.CharField(blank=True, max_length=60)),
                        ('state', models.CharField(choices=[('ordered', 'commandé'), ('in_stock', 'en stock'), ('installed', 'installé'), ('in_repair', 'en réparation'), ('lent', 'prêté'), ('lost', 'perdu ou volé'), ('retired', 'retiré')], max_length=12)),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.device')),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.room')),
                        ('stock_taking', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expected_devices', to='inventory.stocktaking')),
                    ],
                    options={
                        'verbose_name': 'équipement attendu',
                        'verbose_name_plural': 'équipements attendus',
                        'constraints': [models.UniqueConstraint(fields=('stock_taking', 'device'), name='expected_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Declaration',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(verbose_name='version')),
                        ('kind', models.CharField(choices=[('signed', 'déclaration'), ('withdrawn', 'retrait')], max_length=10, verbose_name='acte')),
                        ('on', models.DateField(verbose_name='date')),
                        ('valid_until', models.DateField(blank=True, null=True, verbose_name='valable jusqu’au')),
                        ('signed_by_text', models.CharField(max_length=200, verbose_name='signé par')),
                        ('role_text', models.CharField(max_length=80, verbose_name='en qualité de')),
                        ('signed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='signé le')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                        ('devices', models.PositiveIntegerField(default=0, verbose_name='équipements')),
                        ('content', models.JSONField(default=dict)),
                        ('situations', models.JSONField(default=dict)),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'déclaration d’inventaire',
                        'verbose_name_plural': 'déclarations d’inventaire',
                        'ordering': ['-signed_at', '-id'],
                        'indexes': [models.Index(fields=['-signed_at', '-id'], name='declaration_latest')],
                        'constraints': [models.UniqueConstraint(fields=('site', 'number'), name='declaration_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'withdrawn'), ('valid_until', None)), ('valid_until__gte', models.F('on')), _connector='OR'), name='declaration_valid_from_its_day'), models.CheckConstraint(condition=models.Q(('kind', 'signed'), models.Q(('why', ''), _negated=True), _connector='OR'), name='declaration_correction_has_a_reason')],
                    },
                ),
            ],
        ),
    ]
