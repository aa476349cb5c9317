import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0050_saved_views'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Webhook',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom')),
                        ('url', models.CharField(max_length=500, verbose_name='adresse')),
                        ('sealed', models.TextField(editable=False)),
                        ('areas', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('register', 'registre : écoles, implantations, locaux, accords'), ('inventory', 'équipements, ports, câbles'), ('supervision', 'relevés, contrôles, incidents'), ('helpdesk', 'tickets, messages, signalements')], max_length=16), size=None, verbose_name='domaines')),
                        ('actions', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='actions')),
                        ('sequence', models.BigIntegerField(editable=False)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé')),
                        ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='en échec depuis')),
                        ('paused_at', models.DateTimeField(blank=True, null=True, verbose_name='en pause depuis')),
                        ('paused_why', models.CharField(blank=True, max_length=200, verbose_name='motif')),
                        ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'webhook',
                        'verbose_name_plural': 'webhooks',
                        'ordering': ['name', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('areas__contained_by', ['register', 'inventory', 'supervision', 'helpdesk']), models.Q(('areas', []), _negated=True)), name='webhook_areas_are_known')],
                    },
                ),
                migrations.CreateModel(
                    name='WebhookDelivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sequence', models.BigIntegerField(verbose_name='numéro')),
                        ('state', models.CharField(choices=[('waiting', 'en attente'), ('delivered', 'reçu'), ('given_up', 'abandonné')], default='waiting', max_length=10, verbose_name='état')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                        ('next_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='prochain essai')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('tried_at', models.DateTimeField(blank=True, null=True, verbose_name='dernier essai')),
                        ('status', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='réponse HTTP')),
                        ('error', models.CharField(blank=True, max_length=300, verbose_name='défaut')),
                        ('took_ms', models.PositiveIntegerField(blank=True, null=True, verbose_name='durée (ms)')),
                        ('entry', models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='schools.auditentry')),
                        ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='schools.webhook')),
                    ],
                    options={
                        'verbose_name': 'envoi',
                        'verbose_name_plural': 'envois',
                        'ordering': ['-sequence'],
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['webhook', 'next_at'], name='delivery_due'), models.Index(models.F('webhook'), models.F('state'), models.OrderBy(models.F('sequence'), descending=True), name='delivery_list')],
                        'constraints': [models.UniqueConstraint(fields=('webhook', 'sequence'), name='delivery_once'), models.CheckConstraint(condition=models.Q(('sequence__gt', 0), ('attempts__gte', 0)), name='delivery_of_a_number')],
                    },
                ),
            ],
        ),
    ]
