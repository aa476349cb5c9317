import django.db.models.deletion
import django.db.models.manager
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0012_known_school_calendars'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='SharedCount',
                    fields=[
                        ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                        ('value', models.TextField()),
                        ('expires', models.DateTimeField(db_index=True)),
                    ],
                    options={
                        'verbose_name': 'compteur partagé',
                        'verbose_name_plural': 'compteurs partagés',
                    },
                ),
                migrations.CreateModel(
                    name='Session',
                    fields=[
                        ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                        ('session_data', models.TextField(verbose_name='session data')),
                        ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                        ('address', models.GenericIPAddressField(null=True, verbose_name='adresse IP')),
                        ('device', models.CharField(blank=True, max_length=300, verbose_name='appareil')),
                        ('began_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée le')),
                        ('seen_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='vue pour la dernière fois')),
                        ('ends_at', models.DateTimeField(verbose_name='se termine au plus tard le')),
                        ('idle_s', models.PositiveIntegerField(verbose_name='se termine sans activité après (s)')),
                        ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'session',
                        'verbose_name_plural': 'sessions',
                        'abstract': False,
                    },
                    managers=[
                        ('sessions', django.db.models.manager.Manager()),
                    ],
                ),
            ],
        ),
    ]
