import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating
import schools.models.documents


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0027_no_role_twice_at_once'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.FileField(upload_to=schools.models.documents.document_path)),
                        ('name', models.CharField(max_length=120, verbose_name='nom du fichier')),
                        ('content_type', models.CharField(max_length=40, verbose_name='type')),
                        ('size', models.PositiveIntegerField(verbose_name='taille')),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déposé le')),
                        ('replaced_at', models.DateTimeField(blank=True, null=True, verbose_name='remplacé le')),
                        ('consent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='schools.consent')),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('plan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='schools.transitionplan')),
                    ],
                    options={
                        'verbose_name': 'document',
                        'verbose_name_plural': 'documents',
                        'ordering': ['-at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('consent__isnull', False), ('plan', None)), models.Q(('consent', None), ('plan__isnull', False)), _connector='OR'), name='document_of_one_thing'), models.UniqueConstraint(condition=models.Q(('consent__isnull', False), ('replaced_at__isnull', True)), fields=('consent',), name='one_current_document_per_consent'), models.UniqueConstraint(condition=models.Q(('plan__isnull', False), ('replaced_at__isnull', True)), fields=('plan',), name='one_current_document_per_plan')],
                    },
                ),
                migrations.CreateModel(
                    name='ManagementChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mode', models.CharField(choices=[('central', 'centrale'), ('decentralised', 'gérée par l’école')], max_length=16, verbose_name='gestion du réseau')),
                        ('from_on', models.DateField(verbose_name='à partir du')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                        ('chosen_by_text', models.CharField(max_length=200, verbose_name='choisi par')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='décidé le')),
                        ('chosen_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='management_choices', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'choix de gestion',
                        'verbose_name_plural': 'choix de gestion',
                        'ordering': ['-id'],
                        'indexes': [models.Index(fields=['site', '-id'], name='management_by_site')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('question', models.CharField(max_length=20)),
                        ('body', models.TextField(blank=True)),
                        ('revision', models.PositiveIntegerField(default=1)),
                        ('edited_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='schools.transitionplan')),
                    ],
                    options={
                        'verbose_name': 'réponse du plan',
                        'verbose_name_plural': 'réponses du plan',
                        'constraints': [models.UniqueConstraint(fields=('plan', 'question'), name='plan_question_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PlanRemark',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('body', models.TextField(verbose_name='remarque')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='remarks', to='schools.transitionplan')),
                    ],
                    options={
                        'verbose_name': 'remarque sur un plan',
                        'verbose_name_plural': 'remarques sur un plan',
                        'ordering': ['at', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='PlanSite',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('asks', models.BooleanField(null=True, verbose_name='demande un réseau interne')),
                        ('existing', models.TextField(blank=True, verbose_name='réseau existant')),
                        ('rooms', models.TextField(blank=True, verbose_name='locaux à couvrir')),
                        ('wanted_on', models.DateField(blank=True, null=True, verbose_name='date souhaitée')),
                        ('revision', models.PositiveIntegerField(default=1)),
                        ('edited_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_sites', to='schools.site')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='plan_sites', to='schools.transitionplan')),
                    ],
                    options={
                        'verbose_name': 'connectivité d’une implantation',
                        'verbose_name_plural': 'connectivité des implantations',
                        'ordering': ['site__name', 'site'],
                        'constraints': [models.UniqueConstraint(fields=('plan', 'site'), name='plan_site_once')],
                    },
                ),
                migrations.CreateModel(
                    name='TransitionPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('form', models.PositiveSmallIntegerField(default=1, verbose_name='version du formulaire')),
                        ('state', models.CharField(choices=[('draft', 'brouillon'), ('submitted', 'à examiner'), ('returned', 'à compléter'), ('withdrawn', 'repris par l’école'), ('approved', 'approuvé'), ('superseded', 'remplacé')], default='draft', max_length=10, verbose_name='état')),
                        ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencé le')),
                        ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='soumis le')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                        ('reasons', models.TextField(blank=True, verbose_name='motifs')),
                        ('approved_on', models.DateField(blank=True, null=True, verbose_name='approuvé le')),
                        ('superseded_on', models.DateField(blank=True, null=True, verbose_name='remplacé le')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidé par')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='schools.school')),
                        ('submitted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='soumis par')),
                    ],
                    options={
                        'verbose_name': 'plan de transition',
                        'verbose_name_plural': 'plans de transition',
                        'ordering': ['school', '-version'],
                        'indexes': [models.Index(fields=['state', 'submitted_at'], name='plan_by_state')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved_on__isnull', False), ('state', 'approved'), ('superseded_on', None)), models.Q(('approved_on__isnull', False), ('state', 'superseded'), ('superseded_on__isnull', False)), models.Q(('approved_on', None), ('state__in', ['draft', 'submitted', 'returned', 'withdrawn']), ('superseded_on', None)), _connector='OR'), name='plan_approved_from_a_day_on'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='plan_returned_with_reasons'), models.UniqueConstraint(fields=('school', 'version'), name='plan_version_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted'])), fields=('school',), name='one_plan_in_hand_per_school'), models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('school',), name='one_approved_plan_per_school'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('submitted_at', None), ('submitted_by', None)), models.Q(models.Q(('state', 'draft'), _negated=True), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='plan_submitted_by_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('state__in', ['draft', 'submitted'])), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False), ('state__in', ['returned', 'withdrawn', 'approved', 'superseded'])), _connector='OR'), name='plan_decided_by_somebody'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('approved_on__isnull', False)), expressions=[('school', '='), (models.Func(models.F('approved_on'), models.F('superseded_on'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='plans_in_force_follow_one_another')],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementText',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('assistance', 'assistance centrale'), ('supervision', 'supervision')], max_length=12, verbose_name='objet')),
                        ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('body_fr', models.TextField(verbose_name='texte français')),
                        ('body_de', models.TextField(verbose_name='texte allemand')),
                    ],
                    options={
                        'verbose_name': 'texte d’accord',
                        'verbose_name_plural': 'textes d’accord',
                        'ordering': ['kind', '-version'],
                        'constraints': [models.UniqueConstraint(fields=('kind', 'version'), name='agreement_text_version_once')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='consent',
            name='revoked_by',
            field=models.CharField(blank=True, max_length=150, verbose_name='retiré par'),
        ),
        migrations.AddField(
            model_name='consent',
            name='revoked_why',
            field=models.CharField(blank=True, max_length=500, verbose_name='motif du retrait'),
        ),
        migrations.AddField(
            model_name='consent',
            name='under',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority', verbose_name='pouvoir organisateur à la signature'),
        ),
        migrations.AddField(
            model_name='consent',
            name='text',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='schools.agreementtext', verbose_name='texte signé'),
        ),
    ]
