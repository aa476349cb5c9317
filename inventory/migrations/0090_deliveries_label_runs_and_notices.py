import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0031_lines_count_and_offers_freeze'),
        ('schools', '0051_webhooks'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=80, verbose_name='bon')),
                        ('received_on', models.DateField(verbose_name='reçue le')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='notée le')),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('run', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.importrun', verbose_name='import')),
                    ],
                    options={
                        'verbose_name': 'livraison',
                        'verbose_name_plural': 'livraisons',
                        'ordering': ['-received_on', '-id'],
                        'indexes': [models.Index(fields=['-received_on', '-id'], name='delivery_latest')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='delivery_has_a_reference')],
                    },
                ),
                migrations.CreateModel(
                    name='DeliveredDevice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='arrival', to='inventory.device')),
                        ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='inventory.delivery')),
                    ],
                    options={
                        'verbose_name': 'équipement livré',
                        'verbose_name_plural': 'équipements livrés',
                    },
                ),
                migrations.CreateModel(
                    name='LabelRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                        ('title', models.CharField(max_length=200, verbose_name='quoi')),
                        ('form', models.CharField(max_length=20, verbose_name='planche')),
                        ('first', models.PositiveSmallIntegerField(default=1, verbose_name='première étiquette libre')),
                        ('base', models.CharField(max_length=200)),
                        ('devices', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                        ('state', models.CharField(choices=[('waiting', 'en cours'), ('ready', 'prêt'), ('cancelled', 'annulé'), ('failed', 'échoué')], default='waiting', max_length=10, verbose_name='état')),
                        ('done', models.PositiveIntegerField(default=0, verbose_name='fait')),
                        ('total', models.PositiveIntegerField(verbose_name='en tout')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='fini le')),
                        ('failure', models.CharField(blank=True, max_length=200, verbose_name='pourquoi')),
                        ('claim', models.UUIDField(editable=False, null=True)),
                        ('claimed_at', models.DateTimeField(editable=False, null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0, editable=False)),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'tirage d’étiquettes',
                        'verbose_name_plural': 'tirages d’étiquettes',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['asked_by', '-id'], name='label_runs_of_person'), models.Index(condition=models.Q(('state', 'waiting')), fields=['claimed_at'], name='label_runs_at_work')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'waiting')), models.Q(models.Q(('state', 'waiting'), _negated=True), ('claim', None), ('ended_at__isnull', False)), _connector='OR'), name='label_run_ends_once'), models.CheckConstraint(condition=models.Q(('state', 'failed'), ('failure', ''), _connector='XOR'), name='label_run_failed_says_why'), models.CheckConstraint(condition=models.Q(('done__lte', models.F('total'))), name='label_run_done_at_most_all')],
                    },
                ),
                migrations.CreateModel(
                    name='DeclarationNotice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('soon', 'échoit bientôt'), ('expired', 'échue'), ('outdated', 'à revoir')], max_length=8, verbose_name='pourquoi')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='écrit le')),
                        ('declaration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.declaration')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'rappel de déclaration',
                        'verbose_name_plural': 'rappels de déclaration',
                        'ordering': ['pk'],
                        'indexes': [models.Index(condition=models.Q(('mailed_at', None)), fields=['person'], name='notice_unsent')],
                        'constraints': [models.UniqueConstraint(fields=('declaration', 'kind', 'person'), name='declaration_told_once')],
                    },
                ),
            ],
        ),
    ]
