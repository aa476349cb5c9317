import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('byod', '0006_what_was_allocated_stays'),
        ('schools', '0053_a_key_opens_the_grants'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='RetentionRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée le')),
                        ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finie le')),
                        ('counts', models.JSONField(default=dict, verbose_name='effacé')),
                        ('failed', models.JSONField(default=dict, verbose_name='en échec')),
                    ],
                    options={
                        'verbose_name': 'exécution de la conservation',
                        'verbose_name_plural': 'exécutions de la conservation',
                        'ordering': ['-started_at', '-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='Strategy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('form', models.PositiveSmallIntegerField(default=1, verbose_name='version du formulaire')),
                        ('state', models.CharField(choices=[('draft', 'brouillon'), ('submitted', 'à approuver'), ('returned', 'à compléter'), ('approved', 'approuvée'), ('deployed', 'déployée'), ('superseded', 'remplacée')], default='draft', max_length=10, verbose_name='état')),
                        ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée le')),
                        ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='soumise le')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
                        ('delegated', models.BooleanField(default=False, verbose_name='par délégation du pouvoir organisateur')),
                        ('reasons', models.TextField(blank=True, verbose_name='motifs')),
                        ('deployed_at', models.DateTimeField(blank=True, null=True, verbose_name='déployée le')),
                        ('review_on', models.DateField(blank=True, null=True, verbose_name='à revoir le')),
                        ('superseded_at', models.DateTimeField(blank=True, null=True, verbose_name='remplacée le')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidée par')),
                        ('deployed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='déployée par')),
                        ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.networkpolicy')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                        ('submitted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='soumise par')),
                    ],
                    options={
                        'verbose_name': 'stratégie BYOD',
                        'verbose_name_plural': 'stratégies BYOD',
                        'ordering': ['school', '-version'],
                        'indexes': [models.Index(fields=['state', 'submitted_at'], name='strategy_by_state')],
                        'constraints': [models.UniqueConstraint(fields=('school', 'version'), name='strategy_version_once'), models.UniqueConstraint(condition=models.Q(('state__in', ['draft', 'submitted'])), fields=('school',), name='strategy_one_in_hand_per_school'), models.UniqueConstraint(condition=models.Q(('state__in', ['approved', 'deployed'])), fields=('school', 'state'), name='strategy_one_in_force_per_school'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'draft'), ('submitted_at', None)), models.Q(models.Q(('state', 'draft'), _negated=True), ('submitted_at__isnull', False)), _connector='OR'), name='strategy_submitted_once_it_is_no_draft'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state__in', ['draft', 'submitted'])), models.Q(('decided_at__isnull', False), ('state__in', ['returned', 'approved', 'deployed', 'superseded'])), _connector='OR'), name='strategy_tells_its_decision'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='strategy_returned_with_reasons'), models.CheckConstraint(condition=models.Q(models.Q(('deployed_at', None), ('policy', None), ('review_on', None), ('state__in', ['draft', 'submitted', 'returned', 'approved']), ('superseded_at', None)), models.Q(('deployed_at__isnull', False), ('policy__isnull', False), ('review_on__isnull', False), ('state', 'deployed'), ('superseded_at', None)), models.Q(('state', 'superseded'), ('superseded_at__isnull', False)), _connector='OR'), name='strategy_deployed_under_a_policy')],
                    },
                ),
                migrations.CreateModel(
                    name='StrategyAnswer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('question', models.CharField(max_length=20)),
                        ('body', models.TextField(blank=True)),
                        ('revision', models.PositiveIntegerField(default=1)),
                        ('edited_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('edited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='byod.strategy')),
                    ],
                    options={
                        'verbose_name': 'réponse de la stratégie',
                        'verbose_name_plural': 'réponses de la stratégie',
                        'constraints': [models.UniqueConstraint(fields=('strategy', 'question'), name='strategy_question_once')],
                    },
                ),
                migrations.CreateModel(
                    name='StrategyDelegation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('given_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='donnée le')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.authority')),
                        ('given_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'délégation d’un pouvoir organisateur',
                        'verbose_name_plural': 'délégations des pouvoirs organisateurs',
                        'ordering': ['-given_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('authority',), name='delegation_one_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='StrategyPaper',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.FileField(upload_to='strategies/')),
                        ('name', models.CharField(max_length=120, verbose_name='nom du fichier')),
                        ('content_type', models.CharField(max_length=40, verbose_name='type')),
                        ('size', models.PositiveIntegerField(verbose_name='taille')),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déposé le')),
                        ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='byod.strategy')),
                        ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'document d’une stratégie',
                        'verbose_name_plural': 'documents des stratégies',
                        'ordering': ['at', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('strategy', 'sha256'), name='strategy_paper_once')],
                    },
                ),
                migrations.CreateModel(
                    name='StrategyPilot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('since_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='depuis le')),
                        ('ended_on', models.DateField(blank=True, null=True, verbose_name='jusqu’au')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                        ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'école pilote',
                        'verbose_name_plural': 'écoles pilotes',
                        'ordering': ['-since_on'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_on', None)), fields=('school',), name='pilot_once_at_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='StrategyReview',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouverte le')),
                        ('why', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                        ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='close le')),
                        ('outcome', models.CharField(blank=True, choices=[('confirmed', 'confirmée'), ('new', 'nouvelle version')], max_length=10, verbose_name='issue')),
                        ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('strategy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='byod.strategy')),
                    ],
                    options={
                        'verbose_name': 'révision d’une stratégie',
                        'verbose_name_plural': 'révisions des stratégies',
                        'ordering': ['-opened_at', '-pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('strategy',), name='strategy_one_review_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(('closed_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='strategy_review_closed_with_an_outcome')],
                    },
                ),
                migrations.CreateModel(
                    name='MonthlyFigure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('month', models.DateField(verbose_name='mois')),
                        ('key', models.CharField(choices=[('members', 'personnes inscrites'), ('authorised', 'personnes autorisées'), ('devices', 'appareils personnels vus dans les 90 jours'), ('loans_out', 'prêts en cours'), ('loans_made', 'appareils prêtés dans le mois'), ('requested', 'demandes de prêt du mois'), ('served', 'demandes servies dans le mois')], max_length=12, verbose_name='chiffre')),
                        ('value', models.PositiveIntegerField(verbose_name='valeur')),
                        ('counted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='compté le')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'chiffre mensuel',
                        'verbose_name_plural': 'chiffres mensuels',
                        'ordering': ['-month', 'site', 'key'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'month', 'key'), name='figure_once_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='figure_of_a_whole_month')],
                    },
                ),
            ],
        ),
    ]
