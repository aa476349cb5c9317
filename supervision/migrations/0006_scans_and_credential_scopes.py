import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0003_observed_devices_and_differences'),
        ('schools', '0008_the_municipality_says_the_province'),
        ('schools', '__first__'),
        ('supervision', '0005_when_we_asked'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Scan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('scheduled', models.BooleanField(default=False, verbose_name='planifiée')),
                        ('asked', models.JSONField(default=list, verbose_name='adresses demandées')),
                        ('port', models.PositiveIntegerField(default=161, verbose_name='port UDP')),
                        ('total', models.PositiveIntegerField(default=0, verbose_name='adresses')),
                        ('cursor', models.PositiveIntegerField(default=0, verbose_name='faites')),
                        ('answered', models.PositiveIntegerField(default=0, verbose_name='équipements trouvés')),
                        ('refused', models.PositiveIntegerField(default=0, verbose_name='refus')),
                        ('state', models.CharField(choices=[('queued', 'en attente'), ('running', 'en cours'), ('done', 'terminée'), ('cancelled', 'arrêtée')], default='queued', max_length=10, verbose_name='état')),
                        ('lease_until', models.DateTimeField(blank=True, editable=False, null=True)),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandée le')),
                        ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='commencée le')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée le')),
                        ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'découverte',
                        'verbose_name_plural': 'découvertes',
                        'ordering': ['-created_at', '-id'],
                        'indexes': [models.Index(fields=['site', '-created_at'], name='scan_by_site')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'running'])), fields=('site',), name='scan_one_live_per_site'), models.CheckConstraint(condition=models.Q(('cursor__lte', models.F('total'))), name='scan_cursor_within_total')],
                    },
                ),
                migrations.CreateModel(
                    name='ScanFinding',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.GenericIPAddressField(verbose_name='adresse')),
                        ('outcome', models.CharField(max_length=10, verbose_name='réponse')),
                        ('detail', models.CharField(blank=True, max_length=200)),
                        ('troubles', models.JSONField(default=list)),
                        ('credential_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='supervision.credentialset')),
                        ('observed', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.observeddevice')),
                        ('scan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='supervision.scan')),
                    ],
                    options={
                        'verbose_name': 'réponse d’une découverte',
                        'verbose_name_plural': 'réponses d’une découverte',
                        'ordering': ['scan', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('scan', 'address'), name='finding_once_per_address')],
                    },
                ),
                migrations.CreateModel(
                    name='CredentialScope',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rank', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
                        ('region', models.BooleanField(default=False, verbose_name='toute la Région')),
                        ('province', models.CharField(blank=True, choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], max_length=16, verbose_name='province')),
                        ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.authority')),
                        ('credential_set', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scopes', to='supervision.credentialset')),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                        ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'portée d’identifiants SNMP',
                        'verbose_name_plural': 'portées d’identifiants SNMP',
                        'ordering': ['rank', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('province', ''), ('region', True), ('school', None), ('site', None)), models.Q(('authority', None), ('region', False), ('school', None), ('site', None), models.Q(('province', ''), _negated=True)), models.Q(('authority__isnull', False), ('province', ''), ('region', False), ('school', None), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school__isnull', False), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school', None), ('site__isnull', False)), _connector='OR'), name='credential_scope_is_exactly_one')],
                    },
                ),
            ],
        ),
    ]
