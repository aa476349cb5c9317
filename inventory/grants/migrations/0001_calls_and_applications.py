from decimal import Decimal

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import inventory.grants.models.calls.files
import inventory.grants.models.calls.published
import schools.migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inventory', '0092_offered_keys_and_false_alarms'),
        ('schools', '0051_webhooks'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Application',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=20, unique=True, verbose_name='référence')),
                        ('title', models.CharField(max_length=160, verbose_name='titre du projet')),
                        ('state', models.CharField(choices=[('draft', 'brouillon'), ('validated', 'validé par la direction'), ('countersigned', 'contresigné par le PO'), ('submitted', 'envoyé'), ('ineligible', 'non recevable'), ('withdrawn', 'retiré'), ('awarded', 'accordé'), ('conditional', 'accordé sous condition'), ('reserve', 'liste de réserve'), ('refused', 'refusé')], default='draft', max_length=14, verbose_name='état')),
                        ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='montant (EUR)')),
                        ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencé le')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='modifié le')),
                        ('validated_at', models.DateTimeField(null=True, verbose_name='validé le')),
                        ('countersigned_at', models.DateTimeField(null=True, verbose_name='contresigné le')),
                        ('submitted_at', models.DateTimeField(null=True, verbose_name='envoyé le')),
                        ('why', models.TextField(blank=True, max_length=4000, verbose_name='motif')),
                        ('revision', models.PositiveIntegerField(default=1)),
                        ('countersigned_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('project_head', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='porteur du projet')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('validated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='grants.call')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grants.callversion')),
                        ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grants.formversion')),
                    ],
                    options={
                        'verbose_name': 'dossier',
                        'verbose_name_plural': 'dossiers',
                        'ordering': ['-started_at', '-id'],
                        'indexes': [models.Index(fields=['-submitted_at', '-id'], name='application_latest'), models.Index(fields=['call', 'state', 'submitted_at'], name='application_by_call')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['draft', 'validated', 'countersigned']), ('submitted_at', None)), ('state', 'withdrawn'), models.Q(('state__in', ['submitted', 'ineligible', 'awarded', 'conditional', 'reserve', 'refused']), ('submitted_at__isnull', False)), _connector='OR'), name='application_sent_at_a_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'ineligible'), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='application_refused_with_a_reason'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='application_amount')],
                    },
                ),
                migrations.CreateModel(
                    name='ApplicationFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('question', models.CharField(max_length=40)),
                        ('file', models.FileField(upload_to=inventory.grants.models.calls.files.application_file_path)),
                        ('name', models.CharField(max_length=120, verbose_name='nom du fichier')),
                        ('content_type', models.CharField(max_length=80, verbose_name='type')),
                        ('size', models.PositiveIntegerField(verbose_name='taille')),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='joint le')),
                        ('removed_at', models.DateTimeField(null=True, verbose_name='retiré le')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='grants.application')),
                        ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'pièce d’un dossier',
                        'verbose_name_plural': 'pièces des dossiers',
                        'ordering': ['question', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='ApplicationMove',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('before', models.CharField(blank=True, max_length=14, verbose_name='avant')),
                        ('after', models.CharField(max_length=14, verbose_name='après')),
                        ('by_text', models.CharField(max_length=150, verbose_name='par')),
                        ('why', models.TextField(blank=True, verbose_name='motif')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='grants.application')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'étape d’un dossier',
                        'verbose_name_plural': 'étapes des dossiers',
                        'ordering': ['at', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='Award',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='montant accordé (EUR)')),
                        ('state', models.CharField(choices=[('granted', 'accordé'), ('conditional', 'accordé sous condition'), ('lapsed', 'caduc'), ('withdrawn', 'retiré')], default='granted', max_length=12, verbose_name='état')),
                        ('condition', models.TextField(blank=True, max_length=2000, verbose_name='condition')),
                        ('decided_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='décidé le')),
                        ('decided_by_text', models.CharField(blank=True, max_length=150, verbose_name='décidé par')),
                        ('application', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='award', to='grants.application')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidé par')),
                    ],
                    options={
                        'verbose_name': 'octroi',
                        'verbose_name_plural': 'octrois',
                        'ordering': ['-decided_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='award_amount'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'conditional'), _negated=True), models.Q(('condition', ''), _negated=True), _connector='OR'), name='award_condition_is_told')],
                    },
                ),
                migrations.CreateModel(
                    name='AwardedKit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quantity', models.PositiveSmallIntegerField(verbose_name='nombre')),
                        ('unit_price', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='prix unitaire (EUR)')),
                        ('award', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='kits', to='grants.award')),
                        ('kit_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.kitversion')),
                    ],
                    options={
                        'verbose_name': 'kit accordé',
                        'verbose_name_plural': 'kits accordés',
                        'ordering': ['kit_version__kit__name', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('award', 'kit_version'), name='awarded_kit_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='awarded_kit_counts')],
                    },
                ),
                migrations.CreateModel(
                    name='Call',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=20, unique=True, verbose_name='référence')),
                        ('mode', models.CharField(choices=[('competition', 'avec classement'), ('entitlement', 'guichet ouvert')], default='competition', max_length=12, verbose_name='mode')),
                        ('state', models.CharField(choices=[('draft', 'en préparation'), ('published', 'publié'), ('decided', 'résultats publiés')], default='draft', editable=False, max_length=10, verbose_name='état')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='créé le')),
                        ('copied_from', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='grants.call', verbose_name='repris de')),
                        ('made_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('current', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grants.callversion', verbose_name='version en vigueur')),
                    ],
                    options={
                        'verbose_name': 'appel à projets',
                        'verbose_name_plural': 'appels à projets',
                        'ordering': ['-reference'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('current', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('current__isnull', False)), _connector='OR'), name='call_published_has_a_version')],
                    },
                ),
                migrations.CreateModel(
                    name='CallVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('title_fr', models.CharField(max_length=160, verbose_name='titre')),
                        ('title_de', models.CharField(blank=True, max_length=160, verbose_name='titre en allemand')),
                        ('summary_fr', models.TextField(blank=True, max_length=600, verbose_name='en bref')),
                        ('summary_de', models.TextField(blank=True, max_length=600, verbose_name='en bref, en allemand')),
                        ('rules_fr', models.TextField(blank=True, max_length=60000, verbose_name='règlement')),
                        ('rules_de', models.TextField(blank=True, max_length=60000, verbose_name='règlement en allemand')),
                        ('opens_at', models.DateTimeField(verbose_name='ouverture')),
                        ('closes_at', models.DateTimeField(verbose_name='clôture')),
                        ('budget', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='budget (EUR)')),
                        ('eligibility', models.JSONField(blank=True, default=list, verbose_name='conditions')),
                        ('grid', models.JSONField(blank=True, default=dict, verbose_name='grille')),
                        ('ranking', models.JSONField(blank=True, default=dict, verbose_name='classement')),
                        ('decision_texts', models.JSONField(blank=True, default=dict, verbose_name='textes des décisions')),
                        ('uses_right', models.BooleanField(default=True, verbose_name='dans le droit de tirage')),
                        ('countersigned', models.BooleanField(default=True, verbose_name='contresigné par le pouvoir organisateur')),
                        ('per_site', models.PositiveSmallIntegerField(default=1, verbose_name='dossiers par implantation')),
                        ('returns_owed', models.PositiveSmallIntegerField(default=0, verbose_name='ressources à rendre')),
                        ('returns_due_months', models.PositiveSmallIntegerField(default=12, verbose_name='à rendre dans les (mois)')),
                        ('min_reviews', models.PositiveSmallIntegerField(default=2, verbose_name='examens par dossier')),
                        ('divergence_points', models.DecimalField(decimal_places=2, default=Decimal('20'), max_digits=5, verbose_name='écart qui demande un examen de plus (points sur 100)')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif public de la correction')),
                        ('revision', models.PositiveIntegerField(default=1, editable=False)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='publiée le')),
                        ('published_by_text', models.CharField(blank=True, editable=False, max_length=150)),
                        ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='grants.call')),
                        ('published_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('form', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='call_versions', to='grants.formversion', verbose_name='formulaire')),
                    ],
                    options={
                        'verbose_name': 'version d’un appel',
                        'verbose_name_plural': 'versions des appels',
                        'ordering': ['call', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('call', 'number'), name='call_version_once'), models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('call',), name='one_draft_per_call'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='call_version_dates_in_order'), models.CheckConstraint(condition=models.Q(('budget__gte', 0)), name='call_version_budget'), models.CheckConstraint(condition=models.Q(('published_at', None), ('number', 1), models.Q(('why', ''), _negated=True), _connector='OR'), name='call_correction_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='CallDocument',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=120, verbose_name='intitulé')),
                        ('language', models.CharField(choices=[('fr', 'Français'), ('de', 'Deutsch')], default='fr', max_length=2, verbose_name='langue')),
                        ('file', models.FileField(upload_to=inventory.grants.models.calls.published.call_document_path)),
                        ('name', models.CharField(max_length=120, verbose_name='nom du fichier')),
                        ('content_type', models.CharField(max_length=80, verbose_name='type')),
                        ('size', models.PositiveIntegerField(verbose_name='taille')),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déposé le')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='grants.callversion')),
                    ],
                    options={
                        'verbose_name': 'document d’un appel',
                        'verbose_name_plural': 'documents des appels',
                        'ordering': ['version', 'title', 'id'],
                    },
                ),
                migrations.CreateModel(
                    name='CoAuthor',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis le')),
                        ('removed_at', models.DateTimeField(null=True, verbose_name='jusqu’au')),
                        ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='authors', to='grants.application')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'auteur d’un dossier',
                        'verbose_name_plural': 'auteurs des dossiers',
                        'ordering': ['added_at', 'id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('application', 'user'), name='author_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='FormVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('content', models.JSONField(default=dict, verbose_name='questions')),
                        ('revision', models.PositiveIntegerField(default=1, editable=False)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('published_at', models.DateTimeField(editable=False, null=True, verbose_name='publié le')),
                        ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forms', to='grants.call')),
                    ],
                    options={
                        'verbose_name': 'formulaire d’un appel',
                        'verbose_name_plural': 'formulaires des appels',
                        'ordering': ['call', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('call', 'number'), name='form_version_once'), models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('call',), name='one_form_draft_per_call')],
                    },
                ),
                migrations.CreateModel(
                    name='ReferenceCounter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(max_length=4)),
                        ('year', models.PositiveSmallIntegerField()),
                        ('last', models.PositiveIntegerField(default=0)),
                    ],
                    options={
                        'verbose_name': 'compteur de références',
                        'verbose_name_plural': 'compteurs de références',
                        'constraints': [models.UniqueConstraint(fields=('kind', 'year'), name='reference_counter_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Submission',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='envoi')),
                        ('at', models.DateTimeField(verbose_name='envoyé le')),
                        ('by_text', models.CharField(max_length=150, verbose_name='par')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='montant (EUR)')),
                        ('content', models.JSONField()),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('paper', models.FileField(blank=True, upload_to=inventory.grants.models.calls.files.application_file_path)),
                        ('paper_sha256', models.CharField(blank=True, max_length=64)),
                        ('mailed_at', models.DateTimeField(null=True)),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='submissions', to='grants.application')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grants.callversion')),
                    ],
                    options={
                        'verbose_name': 'envoi d’un dossier',
                        'verbose_name_plural': 'envois des dossiers',
                        'ordering': ['application', 'number'],
                        'indexes': [models.Index(condition=models.Q(('mailed_at', None)), fields=['id'], name='submission_to_be_mailed')],
                        'constraints': [models.UniqueConstraint(fields=('application', 'number'), name='submission_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Answer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('question', models.CharField(max_length=40)),
                        ('value', models.JSONField(null=True)),
                        ('revision', models.PositiveIntegerField(default=1)),
                        ('edited_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='grants.application')),
                    ],
                    options={
                        'verbose_name': 'réponse',
                        'verbose_name_plural': 'réponses',
                        'constraints': [models.UniqueConstraint(fields=('application', 'question'), name='answer_once')],
                    },
                ),
                migrations.CreateModel(
                    name='ApplicationReminder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('step', models.CharField(max_length=12)),
                        ('closes_at', models.DateTimeField()),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='grants.application')),
                    ],
                    options={
                        'verbose_name': 'rappel d’un dossier',
                        'verbose_name_plural': 'rappels des dossiers',
                        'ordering': ['at', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('application', 'step', 'closes_at'), name='reminder_once_per_step')],
                    },
                ),
                migrations.CreateModel(
                    name='AskedKit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quantity', models.PositiveSmallIntegerField(verbose_name='nombre')),
                        ('unit_price', models.DecimalField(decimal_places=2, max_digits=10, verbose_name='prix unitaire (EUR)')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='asked_kits', to='grants.application')),
                        ('kit_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.kitversion')),
                    ],
                    options={
                        'verbose_name': 'kit demandé',
                        'verbose_name_plural': 'kits demandés',
                        'ordering': ['kit_version__kit__name', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('application', 'kit_version'), name='asked_kit_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='asked_kit_counts')],
                    },
                ),
            ],
        ),
    ]
