import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0015_sessions_and_shared_counts'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='AuditCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='quand')),
                        ('first', models.BigIntegerField(verbose_name='premier numéro')),
                        ('last', models.BigIntegerField(verbose_name='dernier numéro')),
                        ('digest', models.CharField(max_length=64, verbose_name='sceau du dernier')),
                        ('broken', models.CharField(blank=True, max_length=300, verbose_name='défaut')),
                    ],
                    options={
                        'verbose_name': 'contrôle du journal',
                        'verbose_name_plural': 'contrôles du journal',
                        'ordering': ['-at', '-id'],
                        'get_latest_by': ('at', 'id'),
                    },
                ),
                migrations.CreateModel(
                    name='AuditSeal',
                    fields=[
                        ('entry', models.OneToOneField(on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='seal', serialize=False, to='schools.auditentry')),
                        ('sequence', models.BigIntegerField(unique=True, verbose_name='numéro')),
                        ('digest', models.CharField(max_length=64, verbose_name='sceau')),
                    ],
                    options={
                        'verbose_name': 'sceau du journal',
                        'verbose_name_plural': 'sceaux du journal',
                        'ordering': ['sequence'],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='auditentry',
            name='address',
            field=models.GenericIPAddressField(blank=True, null=True, verbose_name='adresse IP'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='door',
            field=models.CharField(choices=[('unknown', 'inconnue'), ('page', 'page du site'), ('token', 'clé d’accès'), ('admin', 'réglages'), ('command', 'commande'), ('task', 'tâche de la plateforme')], default='unknown', max_length=10, verbose_name='porte'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='door_name',
            field=models.CharField(blank=True, default='', max_length=100, verbose_name='nom de la porte'),
        ),
        migrations.AddField(
            model_name='auditentry',
            name='site_text',
            field=models.CharField(blank=True, default='', max_length=400, verbose_name='implantation'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['actor', '-at'], name='audit_by_actor'),
        ),
        migrations.AddIndex(
            model_name='auditentry',
            index=models.Index(fields=['-at', '-id'], name='audit_by_time'),
        ),
    ]
