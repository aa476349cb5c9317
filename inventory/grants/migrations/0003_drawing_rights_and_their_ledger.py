from decimal import Decimal

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('grants', '0002_what_was_published_stays'),
        ('schools', '0051_webhooks'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Recount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='recompté le')),
                        ('rights', models.PositiveIntegerField(verbose_name='droits recomptés')),
                        ('entries', models.PositiveIntegerField(verbose_name='lignes relues')),
                        ('took_ms', models.PositiveIntegerField(default=0, verbose_name='durée en ms')),
                        ('differences', models.JSONField(default=list, verbose_name='écarts')),
                    ],
                    options={
                        'verbose_name': 'recomptage',
                        'verbose_name_plural': 'recomptages',
                        'ordering': ['-at', '-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='CountingError',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('count_year', models.PositiveSmallIntegerField(verbose_name='comptage du 15 janvier')),
                        ('counted', models.PositiveIntegerField(verbose_name='élèves comptés')),
                        ('claimed', models.PositiveIntegerField(verbose_name='élèves selon l’école')),
                        ('text', models.TextField(max_length=2000, verbose_name='explication')),
                        ('told_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='signalée le')),
                        ('told_by_text', models.CharField(max_length=200, verbose_name='signalée par')),
                        ('state', models.CharField(choices=[('open', 'à examiner'), ('accepted', 'reconnue'), ('refused', 'non retenue')], default='open', max_length=8, verbose_name='état')),
                        ('answer', models.TextField(blank=True, max_length=2000, verbose_name='réponse')),
                        ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondue le')),
                        ('answered_by_text', models.CharField(blank=True, max_length=200, verbose_name='répondue par')),
                        ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'erreur de comptage signalée',
                        'verbose_name_plural': 'erreurs de comptage signalées',
                        'ordering': ['-told_at', '-pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('site', 'count_year'), name='one_open_counting_error'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state', 'open')), models.Q(('answered_at__isnull', False), models.Q(('state', 'open'), _negated=True), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='counting_error_answered_with_words')],
                    },
                ),
                migrations.CreateModel(
                    name='DrawingRight',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('usable_from', models.DateField(verbose_name='utilisable dès le')),
                        ('usable_until', models.DateField(verbose_name='utilisable jusqu’au')),
                        ('granted', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='accordé')),
                        ('unreleased', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='à libérer')),
                        ('available', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='disponible')),
                        ('reserved', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='réservé')),
                        ('committed', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='engagé')),
                        ('consumed', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='consommé')),
                        ('expired', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='échu')),
                        ('released', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(models.F('granted'), '-', models.F('unreleased')), output_field=models.DecimalField(decimal_places=2, max_digits=12), verbose_name='libéré')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rights', to='grants.programme')),
                    ],
                    options={
                        'verbose_name': 'droit de tirage',
                        'verbose_name_plural': 'droits de tirage',
                        'ordering': ['site', '-usable_until', 'pk'],
                        'indexes': [models.Index(fields=['site', 'usable_until'], name='right_to_draw_from')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('usable_until__gte', models.F('usable_from'))), name='right_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('available__gte', 0), ('committed__gte', 0), ('consumed__gte', 0), ('expired__gte', 0), ('reserved__gte', 0), ('unreleased__gte', 0)), name='right_is_never_overdrawn'), models.CheckConstraint(condition=models.Q(('granted', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('unreleased'), '+', models.F('available')), '+', models.F('reserved')), '+', models.F('committed')), '+', models.F('consumed')), '+', models.F('expired')))), name='right_is_balanced'), models.UniqueConstraint(fields=('programme', 'site'), name='one_right_per_site')],
                    },
                ),
                migrations.CreateModel(
                    name='Draw',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('cause', models.CharField(max_length=60, verbose_name='cause')),
                        ('reserved', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='réservé')),
                        ('committed', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='engagé')),
                        ('consumed', models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=12, verbose_name='consommé')),
                        ('right', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='grants.drawingright')),
                    ],
                    options={
                        'verbose_name': 'tirage',
                        'verbose_name_plural': 'tirages',
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('cause', 'right'), name='one_draw_per_cause'), models.CheckConstraint(condition=models.Q(('committed__gte', 0), ('consumed__gte', 0), ('reserved__gte', 0)), name='draw_is_never_negative')],
                    },
                ),
                migrations.CreateModel(
                    name='Formula',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('label', models.CharField(max_length=20, verbose_name='nom de la version')),
                        ('content', models.JSONField(default=dict, verbose_name='règles')),
                        ('note', models.TextField(blank=True, verbose_name='ce qui change et pourquoi')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrite le')),
                        ('adopted_at', models.DateTimeField(blank=True, null=True, verbose_name='adoptée le')),
                        ('adopted_by_text', models.CharField(blank=True, max_length=200, verbose_name='adoptée par')),
                        ('sha256', models.CharField(blank=True, max_length=64, verbose_name='empreinte SHA-256')),
                        ('adopted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='formulas', to='grants.programme')),
                    ],
                    options={
                        'verbose_name': 'formule',
                        'verbose_name_plural': 'formules',
                        'ordering': ['programme', '-number'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('adopted_at', None), ('sha256', '')), models.Q(('adopted_at__isnull', False), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='formula_adopted_has_hash'), models.UniqueConstraint(fields=('programme', 'number'), name='formula_number_once'), models.UniqueConstraint(fields=('programme', 'label'), name='formula_label_once'), models.UniqueConstraint(condition=models.Q(('adopted_at', None)), fields=('programme',), name='one_draft_formula_per_programme')],
                    },
                ),
                migrations.CreateModel(
                    name='Computation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année scolaire')),
                        ('inputs', models.JSONField()),
                        ('outcome', models.JSONField()),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='montant par an')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='calculé le')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('formula', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='computations', to='grants.formula')),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='computations', to='grants.programme')),
                    ],
                    options={
                        'verbose_name': 'calcul',
                        'verbose_name_plural': 'calculs',
                        'ordering': ['-at', '-pk'],
                        'indexes': [models.Index(fields=['site', 'programme', '-at'], name='computation_of_site')],
                    },
                ),
                migrations.CreateModel(
                    name='Movement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('grant', 'octroi'), ('revise', 'révision du montant'), ('release', 'libération'), ('reserve', 'réservation'), ('commit', 'engagement'), ('consume', 'consommation'), ('void', 'annulation'), ('expire', 'échéance'), ('correct', 'correction')], max_length=8, verbose_name='écriture')),
                        ('key', models.CharField(max_length=200, unique=True)),
                        ('cause', models.CharField(blank=True, max_length=60, verbose_name='cause')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='montant')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année scolaire')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('actor_text', models.CharField(max_length=200, verbose_name='par')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('computation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='movements', to='grants.computation')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'écriture',
                        'verbose_name_plural': 'écritures',
                        'ordering': ['-at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('cause', ''), _negated=True), fields=['cause'], name='movement_of_cause'), models.Index(fields=['-at', '-id'], name='movement_latest')],
                    },
                ),
                migrations.CreateModel(
                    name='Entry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('account', models.CharField(choices=[('granted', 'accordé'), ('unreleased', 'à libérer'), ('available', 'disponible'), ('reserved', 'réservé'), ('committed', 'engagé'), ('consumed', 'consommé'), ('expired', 'échu')], max_length=10, verbose_name='compte')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='montant')),
                        ('right', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='grants.drawingright')),
                        ('movement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='grants.movement')),
                    ],
                    options={
                        'verbose_name': 'ligne d’écriture',
                        'verbose_name_plural': 'lignes d’écritures',
                        'ordering': ['movement', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('movement', 'right', 'account'), name='one_entry_per_account'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='entry_moves_something')],
                    },
                ),
                migrations.CreateModel(
                    name='Correction',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('amount', models.DecimalField(decimal_places=2, max_digits=12, verbose_name='montant')),
                        ('why', models.CharField(max_length=500, verbose_name='motif')),
                        ('proposed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='proposée le')),
                        ('proposed_by_text', models.CharField(max_length=200, verbose_name='proposée par')),
                        ('state', models.CharField(choices=[('proposed', 'à contresigner'), ('made', 'écrite'), ('refused', 'refusée')], default='proposed', max_length=8, verbose_name='état')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
                        ('decided_by_text', models.CharField(blank=True, max_length=200, verbose_name='décidée par')),
                        ('decided_why', models.CharField(blank=True, max_length=500, verbose_name='motif de la décision')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('proposed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('counting_error', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='grants.countingerror')),
                        ('right', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='grants.drawingright')),
                        ('movement', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='correction', to='grants.movement')),
                    ],
                    options={
                        'verbose_name': 'correction',
                        'verbose_name_plural': 'corrections',
                        'ordering': ['-proposed_at', '-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount', 0), _negated=True), models.Q(('why', ''), _negated=True)), name='correction_of_something_with_a_reason'), models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='correction_countersigned_by_another'), models.CheckConstraint(condition=models.Q(models.Q(('movement__isnull', False), ('state', 'made')), models.Q(models.Q(('state', 'made'), _negated=True), ('movement', None)), _connector='OR'), name='correction_made_is_an_entry')],
                    },
                ),
                migrations.CreateModel(
                    name='Pool',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('opened_on', models.DateField(verbose_name='ouverte le')),
                        ('opened_by_text', models.CharField(max_length=200, verbose_name='ouverte par')),
                        ('act', models.CharField(max_length=200, verbose_name='acte du pouvoir organisateur')),
                        ('closed_on', models.DateField(blank=True, null=True, verbose_name='fermée le')),
                        ('closed_why', models.CharField(blank=True, max_length=500, verbose_name='motif de la fin')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                        ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pools', to='grants.programme')),
                    ],
                    options={
                        'verbose_name': 'mise en commun',
                        'verbose_name_plural': 'mises en commun',
                        'ordering': ['-opened_on', '-pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('closed_on', None), ('closed_on__gte', models.F('opened_on')), _connector='OR'), name='pool_closes_after_it_opens'), models.UniqueConstraint(condition=models.Q(('closed_on', None)), fields=('programme', 'authority'), name='one_open_pool_per_authority')],
                    },
                ),
                migrations.CreateModel(
                    name='PoolConsent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('given_on', models.DateField(verbose_name='donné le')),
                        ('given_by_text', models.CharField(max_length=200, verbose_name='donné par')),
                        ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='retiré le')),
                        ('withdrawn_by_text', models.CharField(blank=True, max_length=200, verbose_name='retiré par')),
                        ('withdrawn_why', models.CharField(blank=True, max_length=500, verbose_name='motif du retrait')),
                        ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='grants.pool')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'accord de mise en commun',
                        'verbose_name_plural': 'accords de mise en commun',
                        'ordering': ['school', 'pk'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_on', None)), fields=('pool', 'school'), name='one_live_pool_consent'), models.CheckConstraint(condition=models.Q(('withdrawn_on', None), ('withdrawn_on__gte', models.F('given_on')), _connector='OR'), name='pool_consent_withdrawn_after_given')],
                    },
                ),
                migrations.CreateModel(
                    name='Programme',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('code', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                        ('name', models.CharField(max_length=120, verbose_name='nom')),
                        ('name_de', models.CharField(max_length=120, verbose_name='nom en allemand')),
                        ('first_year', models.PositiveSmallIntegerField(verbose_name='première année scolaire')),
                        ('years', models.PositiveSmallIntegerField(verbose_name='nombre d’années')),
                    ],
                    options={
                        'verbose_name': 'programme de droits de tirage',
                        'verbose_name_plural': 'programmes de droits de tirage',
                        'ordering': ['-first_year', 'code'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('years__range', (1, 10))), name='programme_of_one_to_ten_years'), models.CheckConstraint(condition=models.Q(('first_year__range', (2015, 2099))), name='programme_in_this_century')],
                    },
                ),
            ],
        ),
    ]
