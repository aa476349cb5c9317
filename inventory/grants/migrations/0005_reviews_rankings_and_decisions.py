import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import inventory.grants.models.review.decisions
import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0004_the_ledger_keeps_its_balances'),
        ('schools', '0052_a_reviewer_is_a_role'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Appointment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('pedagogical', 'pédagogique'), ('technical', 'technique')], max_length=12), size=None, verbose_name='compétences')),
                        ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('fr', 'français'), ('de', 'allemand')], max_length=2), size=None, verbose_name='langues')),
                        ('levels', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('maternel', 'maternel'), ('primaire', 'primaire'), ('secondaire', 'secondaire'), ('specialise', 'spécialisé'), ('cefa', 'CEFA'), ('promotion-sociale', 'promotion sociale')], max_length=20), blank=True, default=list, size=None, verbose_name='niveaux')),
                        ('max_load', models.PositiveSmallIntegerField(default=15, verbose_name='dossiers au plus')),
                        ('statement', models.CharField(blank=True, choices=[('', 'rien déclaré'), ('none', 'aucun lien'), ('links', 'liens déclarés')], max_length=6, verbose_name='déclaration')),
                        ('declared_at', models.DateTimeField(editable=False, null=True, verbose_name='déclaré le')),
                        ('appointed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='désigné le')),
                        ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='terminé le')),
                        ('reminded_at', models.DateTimeField(editable=False, null=True, verbose_name='rappelé le')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('appointed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('call', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to='grants.call')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='évaluateur')),
                        ('workplace', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.municipality', verbose_name='commune du lieu de travail')),
                    ],
                    options={
                        'verbose_name': 'désignation d’un évaluateur',
                        'verbose_name_plural': 'désignations des évaluateurs',
                        'ordering': ['call', 'user__full_name', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('call', 'user'), name='appointed_once_per_call'), models.CheckConstraint(condition=models.Q(('max_load__gte', 1)), name='appointed_with_a_load'), models.CheckConstraint(condition=models.Q(models.Q(('declared_at', None), ('statement', '')), models.Q(models.Q(('statement', ''), _negated=True), ('declared_at__isnull', False)), _connector='OR'), name='statement_has_a_moment')],
                    },
                ),
                migrations.CreateModel(
                    name='Assignment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('seat', models.PositiveSmallIntegerField(verbose_name='place')),
                        ('why', models.JSONField(blank=True, default=dict)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='confié le')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='à examiner pour le')),
                        ('ended_at', models.DateTimeField(editable=False, null=True, verbose_name='repris le')),
                        ('end_why', models.CharField(blank=True, max_length=300, verbose_name='motif de la reprise')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='grants.application')),
                        ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='grants.appointment')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'dossier confié',
                        'verbose_name_plural': 'dossiers confiés',
                        'ordering': ['application', 'seat'],
                        'constraints': [models.UniqueConstraint(fields=('application', 'seat'), name='seat_once_per_file'), models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('application', 'appointment'), name='given_once_at_a_time'), models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('end_why', ''), _negated=True), _connector='OR'), name='assignment_ended_with_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='Decision',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(default=1, verbose_name='numéro')),
                        ('outcome', models.CharField(choices=[('awarded', 'accordé'), ('conditional', 'accordé sous condition'), ('reserve', 'liste de réserve'), ('refused', 'refusé')], max_length=12, verbose_name='décision')),
                        ('amount', models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name='montant (EUR)')),
                        ('rank', models.PositiveIntegerField(null=True, verbose_name='rang')),
                        ('reserve', models.PositiveIntegerField(null=True, verbose_name='place en réserve')),
                        ('facts', models.JSONField(blank=True, default=dict)),
                        ('why', models.TextField(blank=True, max_length=4000, verbose_name='motif')),
                        ('condition', models.TextField(blank=True, max_length=2000, verbose_name='condition')),
                        ('condition_due_on', models.DateField(blank=True, null=True, verbose_name='à remplir pour le')),
                        ('condition_state', models.CharField(blank=True, choices=[('', 'sans condition'), ('open', 'condition en attente'), ('met', 'condition remplie'), ('lapsed', 'caduc')], max_length=6, verbose_name='condition')),
                        ('condition_at', models.DateTimeField(null=True)),
                        ('decided_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='décidé le')),
                        ('decided_by_text', models.CharField(max_length=150, verbose_name='décidé par')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='grants.application')),
                        ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='grants.rankingrun', verbose_name='classement')),
                    ],
                    options={
                        'verbose_name': 'décision',
                        'verbose_name_plural': 'décisions',
                        'ordering': ['-decided_at', '-id'],
                        'indexes': [models.Index(fields=['-decided_at', '-id'], name='decision_latest')],
                        'constraints': [models.UniqueConstraint(fields=('application', 'number'), name='decision_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'conditional'), _negated=True), models.Q(models.Q(('condition', ''), _negated=True), ('condition_due_on__isnull', False), models.Q(('condition_state', ''), _negated=True)), _connector='OR'), name='decision_condition_is_told'), models.CheckConstraint(condition=models.Q(models.Q(('outcome', 'refused'), _negated=True), models.Q(('why', ''), _negated=True), _connector='OR'), name='decision_refused_with_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='DeclaredLink',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déclaré le')),
                        ('appointment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='grants.appointment')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'lien déclaré',
                        'verbose_name_plural': 'liens déclarés',
                        'ordering': ['school__name', 'id'],
                        'constraints': [models.UniqueConstraint(fields=('appointment', 'school'), name='link_declared_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Letter',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('language', models.CharField(max_length=2, verbose_name='langue')),
                        ('content', models.JSONField()),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('paper', models.FileField(blank=True, upload_to=inventory.grants.models.review.decisions.letter_path)),
                        ('paper_sha256', models.CharField(blank=True, max_length=64)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrite le')),
                        ('mailed_at', models.DateTimeField(null=True, verbose_name='annoncée le')),
                        ('read_at', models.DateTimeField(null=True, verbose_name='lue le')),
                        ('read_by_text', models.CharField(blank=True, max_length=150, verbose_name='lue par')),
                        ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='letter', to='grants.decision')),
                        ('read_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'lettre de décision',
                        'verbose_name_plural': 'lettres de décision',
                        'ordering': ['-made_at', '-id'],
                        'indexes': [models.Index(condition=models.Q(('mailed_at', None)), fields=['id'], name='letter_to_mail')],
                    },
                ),
                migrations.CreateModel(
                    name='Question',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='posée le')),
                        ('text', models.TextField(max_length=2000, verbose_name='question')),
                        ('due_on', models.DateField(verbose_name='réponse attendue pour le')),
                        ('answer', models.TextField(blank=True, max_length=6000, verbose_name='réponse')),
                        ('answered_by_text', models.CharField(blank=True, max_length=150)),
                        ('answered_at', models.DateTimeField(null=True, verbose_name='répondu le')),
                        ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='grants.application')),
                        ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'question à l’école',
                        'verbose_name_plural': 'questions à l’école',
                        'ordering': ['asked_at', 'id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None)), models.Q(models.Q(('answer', ''), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='answer_has_a_moment')],
                    },
                ),
                migrations.CreateModel(
                    name='RankingRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(verbose_name='numéro')),
                        ('kind', models.CharField(choices=[('official', 'classement'), ('variant', 'variante')], default='official', max_length=8, verbose_name='sorte')),
                        ('label', models.CharField(blank=True, max_length=120, verbose_name='nom')),
                        ('trial', models.JSONField(blank=True, default=dict)),
                        ('inputs', models.JSONField()),
                        ('inputs_sha256', models.CharField(max_length=64, verbose_name='empreinte des données')),
                        ('result', models.JSONField()),
                        ('result_sha256', models.CharField(max_length=64, verbose_name='empreinte de la liste')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='calculé le')),
                        ('made_by_text', models.CharField(blank=True, max_length=150, verbose_name='par')),
                        ('adopted_at', models.DateTimeField(null=True, verbose_name='adopté le')),
                        ('adopted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('call', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='runs', to='grants.call')),
                        ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='grants.callversion')),
                    ],
                    options={
                        'verbose_name': 'classement',
                        'verbose_name_plural': 'classements',
                        'ordering': ['call', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('call', 'number'), name='run_number_once'), models.UniqueConstraint(condition=models.Q(('adopted_at__isnull', False)), fields=('call',), name='one_adopted_run'), models.CheckConstraint(condition=models.Q(('kind', 'official'), ('adopted_at', None), _connector='OR'), name='variant_is_not_adopted')],
                    },
                ),
                migrations.CreateModel(
                    name='Reconsideration',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('asked', 'demandée'), ('taken', 'en examen'), ('upheld', 'décision maintenue'), ('changed', 'décision réformée')], default='asked', max_length=8, verbose_name='état')),
                        ('text', models.TextField(max_length=6000, verbose_name='ce que l’école demande')),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandée le')),
                        ('asked_by_text', models.CharField(max_length=150)),
                        ('answer', models.TextField(blank=True, max_length=6000, verbose_name='réponse motivée')),
                        ('decided_at', models.DateTimeField(null=True, verbose_name='répondu le')),
                        ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reconsideration', to='grants.decision')),
                        ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='traitée par')),
                        ('result', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reconsidered', to='grants.decision')),
                    ],
                    options={
                        'verbose_name': 'réexamen',
                        'verbose_name_plural': 'réexamens',
                        'ordering': ['-asked_at', '-id'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('state__in', ['asked', 'taken'])), models.Q(('decided_at__isnull', False), ('state__in', ['upheld', 'changed']), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='reconsideration_answered_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'changed'), _negated=True), ('result__isnull', False), _connector='OR'), name='reconsideration_changed_decides'), models.CheckConstraint(condition=models.Q(('result', None), models.Q(('result', models.F('decision')), _negated=True), _connector='OR'), name='reconsideration_result_is_another')],
                    },
                ),
                migrations.CreateModel(
                    name='Recusal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('school', 'fonction dans cette école'), ('authority', 'fonction dans le même pouvoir organisateur'), ('municipality', 'fonction ou lieu de travail dans la même commune'), ('mandate', 'mandat de moins de trois ans'), ('declared', 'lien déclaré')], max_length=12), size=None)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='constaté le')),
                        ('held', models.BooleanField(default=False, verbose_name='le dossier lui était confié')),
                        ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recusals', to='grants.application')),
                        ('given_to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'récusation',
                        'verbose_name_plural': 'récusations',
                        'ordering': ['-at', '-id'],
                        'constraints': [models.UniqueConstraint(fields=('application', 'user'), name='recused_once_per_file')],
                    },
                ),
                migrations.CreateModel(
                    name='ResultsPublication',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='publié le')),
                        ('by_text', models.CharField(blank=True, max_length=150)),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('call', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='publication', to='grants.call')),
                    ],
                    options={
                        'verbose_name': 'publication de résultats',
                        'verbose_name_plural': 'publications de résultats',
                        'ordering': ['-at'],
                    },
                ),
                migrations.CreateModel(
                    name='Review',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('draft', 'en cours'), ('frozen', 'figé')], default='draft', max_length=6, verbose_name='état')),
                        ('marks', models.JSONField(blank=True, default=dict, verbose_name='points')),
                        ('comments', models.JSONField(blank=True, default=dict, verbose_name='commentaires')),
                        ('pedagogical', models.BooleanField(null=True, verbose_name='valide sur le plan pédagogique')),
                        ('technical', models.BooleanField(null=True, verbose_name='valide sur le plan technique')),
                        ('remark', models.TextField(blank=True, max_length=4000, verbose_name='remarque au comité')),
                        ('total', models.DecimalField(decimal_places=1, max_digits=4, null=True, verbose_name='note sur 100')),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='modifié le')),
                        ('frozen_at', models.DateTimeField(null=True, verbose_name='figé le')),
                        ('revision', models.PositiveIntegerField(default=1)),
                        ('assignment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='review', to='grants.assignment')),
                    ],
                    options={
                        'verbose_name': 'examen',
                        'verbose_name_plural': 'examens',
                        'ordering': ['assignment__application', 'assignment__seat'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('frozen_at', None), ('state', 'draft'), ('total', None)), models.Q(('frozen_at__isnull', False), ('pedagogical__isnull', False), ('state', 'frozen'), ('technical__isnull', False), ('total__isnull', False)), _connector='OR'), name='review_frozen_is_whole')],
                    },
                ),
            ],
        ),
    ]
