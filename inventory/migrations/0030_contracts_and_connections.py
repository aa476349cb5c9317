import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0081_the_stock_ledger_and_versions'),
        ('schools', '0051_webhooks'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='FrameworkContract',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('reference', models.CharField(max_length=40, unique=True, verbose_name='référence')),
                        ('title', models.CharField(blank=True, max_length=200, verbose_name='objet')),
                        ('signed_on', models.DateField(verbose_name='signé le')),
                        ('start_on', models.DateField(verbose_name='début')),
                        ('end_on', models.DateField(blank=True, null=True, verbose_name='fin')),
                        ('notes', models.TextField(blank=True, max_length=2000, verbose_name='remarque')),
                        ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='contracts', to='inventory.operator', verbose_name='opérateur')),
                    ],
                    options={
                        'verbose_name': 'contrat cadre',
                        'verbose_name_plural': 'contrats cadres',
                        'ordering': ['reference'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('reference', ''), _negated=True), name='contract_has_a_reference'), models.CheckConstraint(condition=models.Q(('end_on', None), ('end_on__gte', models.F('start_on')), _connector='OR'), name='contract_ends_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='Offer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('name', models.CharField(max_length=80, verbose_name='nom')),
                        ('technology', models.CharField(choices=[('ftth', 'fibre (FTTH)'), ('dedicated', 'fibre dédiée'), ('coax', 'câble coaxial'), ('vdsl', 'VDSL'), ('adsl', 'ADSL'), ('mobile', '4G ou 5G'), ('satellite', 'satellite'), ('radio', 'faisceau radio')], max_length=12, verbose_name='technologie')),
                        ('down_mbps', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='débit descendant (Mbit/s)')),
                        ('up_mbps', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='débit montant (Mbit/s)')),
                        ('price_month', models.DecimalField(decimal_places=2, max_digits=9, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1000000)], verbose_name='prix par mois (EUR, TVAC)')),
                        ('price_once', models.DecimalField(decimal_places=2, default=0, max_digits=9, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1000000)], verbose_name='frais uniques (EUR, TVAC)')),
                        ('term_months', models.PositiveSmallIntegerField(default=12, validators=[django.core.validators.MaxValueValidator(120)], verbose_name='durée minimale (mois)')),
                        ('sla_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='réparation garantie (heures)')),
                        ('valid_from', models.DateField(verbose_name='proposée dès le')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='proposée jusqu’au')),
                        ('contract', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='inventory.frameworkcontract', verbose_name='contrat cadre')),
                    ],
                    options={
                        'verbose_name': 'offre',
                        'verbose_name_plural': 'offres',
                        'ordering': ['contract', 'price_month', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('contract', 'name'), name='offer_once_per_contract'), models.CheckConstraint(condition=models.Q(('down_mbps__range', (1, 100000)), ('up_mbps__range', (1, 100000))), name='offer_speeds_are_possible'), models.CheckConstraint(condition=models.Q(('price_month__gte', 0), ('price_once__gte', 0)), name='offer_costs_are_not_negative'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='offer_ends_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='Operator',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='nom')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone du support')),
                        ('website', models.URLField(blank=True, verbose_name='site web')),
                    ],
                    options={
                        'verbose_name': 'opérateur',
                        'verbose_name_plural': 'opérateurs',
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='operator_has_a_name')],
                    },
                ),
                migrations.CreateModel(
                    name='Renegotiation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('held_on', models.DateField(verbose_name='conclue le')),
                        ('outcome', models.CharField(max_length=500, verbose_name='résultat')),
                        ('by_text', models.CharField(blank=True, max_length=200)),
                        ('at', models.DateTimeField(auto_now_add=True)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('contract', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='renegotiations', to='inventory.frameworkcontract', verbose_name='contrat cadre')),
                    ],
                    options={
                        'verbose_name': 'renégociation',
                        'verbose_name_plural': 'renégociations',
                        'ordering': [models.OrderBy(models.F('held_on'), descending=True)],
                        'constraints': [models.UniqueConstraint(fields=('contract', 'held_on'), name='renegotiation_once_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Subscription',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('terms', models.CharField(blank=True, help_text='Hors contrat cadre : avec qui, pourquoi, à quelles conditions.', max_length=500, verbose_name='conditions particulières')),
                        ('role', models.CharField(choices=[('main', 'ligne principale'), ('backup', 'ligne de secours')], default='main', max_length=8, verbose_name='rôle')),
                        ('technology', models.CharField(choices=[('ftth', 'fibre (FTTH)'), ('dedicated', 'fibre dédiée'), ('coax', 'câble coaxial'), ('vdsl', 'VDSL'), ('adsl', 'ADSL'), ('mobile', '4G ou 5G'), ('satellite', 'satellite'), ('radio', 'faisceau radio')], max_length=12, verbose_name='technologie')),
                        ('down_mbps', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='débit descendant (Mbit/s)')),
                        ('up_mbps', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='débit montant (Mbit/s)')),
                        ('price_month', models.DecimalField(decimal_places=2, max_digits=9, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1000000)], verbose_name='prix par mois (EUR, TVAC)')),
                        ('price_once', models.DecimalField(decimal_places=2, default=0, max_digits=9, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(1000000)], verbose_name='frais uniques (EUR, TVAC)')),
                        ('circuit', models.CharField(blank=True, max_length=60, verbose_name='numéro de circuit')),
                        ('pupils_access', models.BooleanField(default=True, help_text='Décochez si la ligne ne sert qu’à l’administration.', verbose_name='accessible à tous les élèves')),
                        ('state', models.CharField(choices=[('asked', 'demandée'), ('ordered', 'commandée'), ('active', 'active'), ('ended', 'terminée'), ('cancelled', 'annulée')], default='asked', max_length=10, verbose_name='état')),
                        ('start_on', models.DateField(blank=True, null=True, verbose_name='en service le')),
                        ('end_on', models.DateField(blank=True, null=True, verbose_name='arrêtée le')),
                        ('asked_by_text', models.CharField(blank=True, max_length=200)),
                        ('asked_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='demandée le')),
                        ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('follows', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='followed_by', to='inventory.subscription', verbose_name='remplace')),
                        ('offer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='inventory.offer', verbose_name='offre')),
                        ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='inventory.operator', verbose_name='opérateur')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subscriptions', to='schools.site', verbose_name='implantation')),
                    ],
                    options={
                        'verbose_name': 'connexion',
                        'verbose_name_plural': 'connexions',
                        'ordering': ['site', models.OrderBy(models.F('start_on'), descending=True, nulls_first=True), '-pk'],
                        'indexes': [models.Index(fields=['state', 'role'], name='line_by_state')],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('role', 'main'), ('state__in', ['active', 'ended'])), expressions=[('site', '='), (models.Func(models.F('start_on'), models.F('end_on'), models.Value('[)'), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='one_main_line_at_a_time'), models.UniqueConstraint(condition=models.Q(('role', 'main'), ('state__in', ['asked', 'ordered'])), fields=('site',), name='one_main_line_awaited'), models.UniqueConstraint(condition=models.Q(('circuit', ''), _negated=True), fields=('operator', 'circuit'), name='circuit_once_per_operator'), models.CheckConstraint(condition=models.Q(models.Q(('end_on', None), ('start_on__isnull', False), ('state', 'active')), models.Q(('end_on__gte', models.F('start_on')), ('start_on__isnull', False), ('state', 'ended')), models.Q(('end_on', None), ('start_on', None), ('state__in', ['asked', 'ordered', 'cancelled'])), _connector='OR'), name='line_dates_follow_its_state'), models.CheckConstraint(condition=models.Q(('offer__isnull', False), models.Q(('terms', ''), _negated=True), _connector='OR'), name='line_has_an_offer_or_terms'), models.CheckConstraint(condition=models.Q(('down_mbps__gte', 1), ('price_month__gte', 0), ('price_once__gte', 0), ('up_mbps__gte', 1)), name='line_values_are_possible')],
                    },
                ),
                migrations.CreateModel(
                    name='SubscriptionMove',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('asked', 'demandée'), ('ordered', 'commandée'), ('active', 'active'), ('ended', 'terminée'), ('cancelled', 'annulée')], max_length=10, verbose_name='état')),
                        ('on', models.DateField(verbose_name='date')),
                        ('at', models.DateTimeField(auto_now_add=True)),
                        ('by_text', models.CharField(blank=True, max_length=200)),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='remarque')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='inventory.subscription')),
                    ],
                    options={
                        'ordering': ['pk'],
                        'constraints': [models.UniqueConstraint(fields=('subscription', 'state'), name='line_goes_once_through_a_state')],
                    },
                ),
                migrations.CreateModel(
                    name='FibreException',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reason', models.CharField(max_length=500, verbose_name='motif')),
                        ('decided_by_text', models.CharField(max_length=200)),
                        ('decided_on', models.DateField(verbose_name='décidée le')),
                        ('review_on', models.DateField(verbose_name='à revoir le')),
                        ('lifted_on', models.DateField(blank=True, null=True, verbose_name='levée le')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site', verbose_name='implantation')),
                    ],
                    options={
                        'verbose_name': 'exception à la fibre',
                        'verbose_name_plural': 'exceptions à la fibre',
                        'ordering': ['site', '-decided_on'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_on', None)), fields=('site',), name='one_exception_at_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='exception_has_a_reason'), models.CheckConstraint(condition=models.Q(('review_on__gt', models.F('decided_on'))), name='exception_is_reviewed_later')],
                    },
                ),
                migrations.CreateModel(
                    name='Infrastructure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('fibre', models.CharField(choices=[('now', 'fibre possible'), ('planned', 'fibre prévue'), ('no', 'pas de fibre prévue')], max_length=8, verbose_name='fibre')),
                        ('planned_on', models.DateField(blank=True, null=True, verbose_name='fibre prévue le')),
                        ('technology', models.CharField(blank=True, choices=[('ftth', 'fibre (FTTH)'), ('dedicated', 'fibre dédiée'), ('coax', 'câble coaxial'), ('vdsl', 'VDSL'), ('adsl', 'ADSL'), ('mobile', '4G ou 5G'), ('satellite', 'satellite'), ('radio', 'faisceau radio')], max_length=12, verbose_name='meilleure technologie')),
                        ('max_down_mbps', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='débit maximal (Mbit/s)')),
                        ('giga', models.BooleanField(default=False, verbose_name='Giga Quartier')),
                        ('source', models.CharField(max_length=120, verbose_name='source')),
                        ('as_of', models.DateField(default=django.utils.timezone.localdate, verbose_name='état au')),
                        ('site', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='infrastructure', to='schools.site', verbose_name='implantation')),
                    ],
                    options={
                        'verbose_name': 'infrastructure',
                        'verbose_name_plural': 'cadastre des infrastructures',
                        'ordering': ['site'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('planned_on', None), ('fibre', 'planned'), _connector='OR'), name='fibre_planned_has_a_day_of_its_own'), models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='infrastructure_has_a_source')],
                    },
                ),
                migrations.CreateModel(
                    name='MeasuredSpeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='mesuré le')),
                        ('down_mbps', models.FloatField(validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100000.0)], verbose_name='débit descendant (Mbit/s)')),
                        ('up_mbps', models.FloatField(validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100000.0)], verbose_name='débit montant (Mbit/s)')),
                        ('method', models.CharField(choices=[('browser', 'test dans un navigateur'), ('probe', 'sonde'), ('router', 'compteurs du routeur'), ('operator', 'relevé de l’opérateur')], default='browser', max_length=10, verbose_name='méthode')),
                        ('by_text', models.CharField(blank=True, max_length=200)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site', verbose_name='implantation')),
                    ],
                    options={
                        'verbose_name': 'débit mesuré',
                        'verbose_name_plural': 'débits mesurés',
                        'ordering': ['site', '-at'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'at', 'method'), name='speed_measured_once'), models.CheckConstraint(condition=models.Q(('down_mbps__range', (0, 100000.0)), ('up_mbps__range', (0, 100000.0))), name='speed_is_possible')],
                    },
                ),
            ],
        ),
    ]
