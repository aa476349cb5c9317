import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('byod', '0008_a_strategy_in_force_stays'),
        ('schools', '0053_a_key_opens_the_grants'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='CharterAgreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('as_guardian', models.BooleanField(default=False, verbose_name='par le parent')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='donné le')),
                        ('paper', models.BooleanField(default=False, verbose_name='sur papier')),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                        ('charter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.charterversion')),
                        ('floor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.charterversion')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='byod.member')),
                        ('noted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'accord',
                        'verbose_name_plural': 'accords',
                        'ordering': ['-at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('member', 'as_guardian', 'floor', 'charter'), name='agreement_once_standing', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('withdrawn_at__gte', models.F('at')), _connector='OR'), name='agreement_withdrawn_after_it_was_given')],
                    },
                ),
                migrations.CreateModel(
                    name='ClassList',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année scolaire')),
                        ('whole', models.BooleanField(default=True, verbose_name='toute l’implantation')),
                        ('sealed', models.TextField(blank=True, editable=False)),
                        ('figures', models.JSONField(default=dict, verbose_name='chiffres')),
                        ('sent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='envoyée le')),
                        ('applied_at', models.DateTimeField(blank=True, null=True, verbose_name='appliquée le')),
                        ('sent_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'liste de classe',
                        'verbose_name_plural': 'listes de classe',
                        'ordering': ['-sent_at'],
                        'indexes': [models.Index(fields=['site', '-sent_at'], name='class_list_by_site')],
                    },
                ),
                migrations.CreateModel(
                    name='GuestStay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sponsor_text', models.CharField(max_length=150, verbose_name='accueilli par')),
                        ('once', models.UUIDField(editable=False, unique=True)),
                        ('begun_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis')),
                        ('until', models.DateTimeField(verbose_name='jusqu’à')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='terminé le')),
                        ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='stay', to='byod.member')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('sponsor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'accès invité',
                        'verbose_name_plural': 'accès invités',
                        'ordering': ['-begun_at', '-pk'],
                        'indexes': [models.Index(fields=['site', '-begun_at'], name='guest_stay_by_site')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('begun_at'))), name='guest_stay_ends_after_it_begins')],
                    },
                ),
                migrations.CreateModel(
                    name='SchoolProvider',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom du bouton')),
                        ('issuer', models.URLField(max_length=300, verbose_name='émetteur')),
                        ('client_id', models.CharField(max_length=200, verbose_name='identifiant du client')),
                        ('sealed', models.TextField(blank=True, editable=False)),
                        ('number_claim', models.CharField(default='sub', max_length=60, verbose_name='attribut du matricule')),
                        ('teacher_claim', models.CharField(blank=True, max_length=60, verbose_name='attribut de la qualité')),
                        ('active', models.BooleanField(default=True, verbose_name='actif')),
                        ('school', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'fournisseur d’identité d’une école',
                        'verbose_name_plural': 'fournisseurs d’identité des écoles',
                        'constraints': [models.CheckConstraint(condition=models.Q(('issuer__startswith', 'https://'), ('issuer__startswith', 'http://127.0.0.1'), _connector='OR'), name='school_provider_is_secure')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='authorisation',
            name='barred',
            field=models.BooleanField(default=False, verbose_name='suspendue par l’école'),
        ),
        migrations.AddField(
            model_name='authorisation',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='credential',
            name='certificate',
            field=models.TextField(blank=True, editable=False, verbose_name='certificat'),
        ),
        migrations.AddField(
            model_name='credential',
            name='once',
            field=models.CharField(blank=True, editable=False, max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='personaldevice',
            name='once',
            field=models.UUIDField(blank=True, editable=False, null=True, unique=True),
        ),
    ]
