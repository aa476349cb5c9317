import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0022_seal_what_was_written_before'),
    ]

    operations = [
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='nom')),
                ('digest', models.CharField(max_length=64, unique=True, verbose_name='empreinte')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('read', 'lire'), ('write', 'écrire'), ('register', 'registre : écoles, implantations, locaux, accords'), ('inventory', 'équipements, ports, câbles'), ('supervision', 'relevés, contrôles, incidents'), ('helpdesk', 'tickets, messages, signalements')], max_length=16), size=None, verbose_name='portées')),
                ('request_key', models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créée')),
                ('expires_at', models.DateTimeField(verbose_name='expire')),
                ('last_used_at', models.DateTimeField(blank=True, null=True, verbose_name='dernier usage')),
                ('last_used_from', models.GenericIPAddressField(blank=True, null=True, verbose_name='depuis')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='révoquée')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'clé d’accès',
                'verbose_name_plural': 'clés d’accès',
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('scopes__contained_by', ['read', 'write', 'register', 'inventory', 'supervision', 'helpdesk']), models.Q(('scopes', []), _negated=True)), name='token_scopes_are_known'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='token_expires_after_it_begins')],
            },
        ),
    ]
