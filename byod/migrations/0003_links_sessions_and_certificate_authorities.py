import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('byod', '0002_who_was_served'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='MemberSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                        ('begun_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée le')),
                        ('expires_at', models.DateTimeField(verbose_name='finit le')),
                        ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='byod.personallink')),
                    ],
                    options={
                        'verbose_name': 'session personnelle',
                        'verbose_name_plural': 'sessions personnelles',
                        'indexes': [models.Index(fields=['expires_at'], name='member_session_end')],
                    },
                ),
                migrations.CreateModel(
                    name='PersonalLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('as_guardian', models.BooleanField(default=False, verbose_name='parent')),
                        ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                        ('code_digest', models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créé le')),
                        ('expires_at', models.DateTimeField(verbose_name='valable jusqu’au')),
                        ('used_at', models.DateTimeField(blank=True, null=True, verbose_name='ouvert le')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='révoqué le')),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='byod.member')),
                    ],
                    options={
                        'verbose_name': 'lien personnel',
                        'verbose_name_plural': 'liens personnels',
                        'ordering': ['-made_at'],
                        'indexes': [models.Index(fields=['expires_at'], name='personal_link_end')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='personal_link_ends_after_it_begins')],
                    },
                ),
                migrations.CreateModel(
                    name='RevokedCertificate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('serial', models.CharField(max_length=40, unique=True, verbose_name='numéro de série')),
                        ('at', models.DateTimeField(verbose_name='révoqué le')),
                        ('expires_at', models.DateTimeField(verbose_name='aurait expiré le')),
                        ('listed', models.BooleanField(default=False, verbose_name='publié')),
                        ('issuer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='revoked', to='byod.certificateauthority')),
                    ],
                    options={
                        'verbose_name': 'certificat révoqué',
                        'verbose_name_plural': 'certificats révoqués',
                        'indexes': [models.Index(condition=models.Q(('listed', False)), fields=['issuer'], name='revoked_to_be_listed'), models.Index(fields=['issuer', 'expires_at'], name='revoked_by_issuer')],
                    },
                ),
                migrations.CreateModel(
                    name='CertificateAuthority',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rank', models.CharField(choices=[('root', 'racine'), ('issuer', 'émettrice')], max_length=6, verbose_name='rang')),
                        ('subject', models.CharField(max_length=100, verbose_name='nom')),
                        ('certificate', models.TextField(verbose_name='certificat')),
                        ('sealed', models.TextField(editable=False)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créée le')),
                        ('expires_at', models.DateTimeField(verbose_name='expire le')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='remplacée le')),
                        ('crl', models.TextField(blank=True, editable=False, verbose_name='révocations publiées')),
                        ('crl_number', models.PositiveBigIntegerField(default=0, verbose_name='numéro de la liste')),
                        ('crl_at', models.DateTimeField(blank=True, null=True, verbose_name='liste publiée le')),
                        ('crl_next_at', models.DateTimeField(blank=True, null=True, verbose_name='prochaine liste le')),
                    ],
                    options={
                        'verbose_name': 'autorité de certification',
                        'verbose_name_plural': 'autorités de certification',
                        'ordering': ['rank', '-made_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('retired_at', None)), fields=('rank',), name='certificate_authority_one_signs_per_rank')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='credential',
            name='issuer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.certificateauthority'),
        ),
        migrations.AddIndex(
            model_name='credential',
            index=models.Index(condition=models.Q(('revoked_at', None)), fields=['expires_at'], name='credential_live_end'),
        ),
    ]
