import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0008_the_municipality_says_the_province'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='OpeningHours',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(verbose_name='version')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='encodée le')),
                        ('made_by_text', models.CharField(blank=True, max_length=200, verbose_name='encodée par')),
                        ('restored_from', models.PositiveIntegerField(blank=True, null=True, verbose_name='reprise de la version')),
                        ('sealed', models.BooleanField(default=False, editable=False)),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='openings', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'heures d’ouverture',
                        'verbose_name_plural': 'heures d’ouverture',
                        'ordering': ['site', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'number'), name='opening_version_once')],
                    },
                ),
                migrations.CreateModel(
                    name='OpeningException',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('first_on', models.DateField(verbose_name='premier jour')),
                        ('last_on', models.DateField(verbose_name='dernier jour')),
                        ('reason', models.CharField(choices=[('training', 'journée pédagogique'), ('closed', 'fermeture'), ('event', 'activité de l’école'), ('works', 'travaux'), ('other', 'autre')], max_length=10, verbose_name='raison')),
                        ('label', models.CharField(blank=True, max_length=120, verbose_name='précision')),
                        ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='exceptions', to='schools.openinghours')),
                    ],
                    options={
                        'verbose_name': 'exception d’ouverture',
                        'verbose_name_plural': 'exceptions d’ouverture',
                        'ordering': ['first_on'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('last_on__gte', models.F('first_on')), ('last_on__lte', django.db.models.expressions.CombinedExpression(models.F('first_on'), '+', models.Value(datetime.timedelta(days=365))))), name='exception_lasts_a_year_at_most'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('opening', '='), (models.Func('first_on', 'last_on', models.Value('[]'), function='daterange'), '&&')], name='exceptions_do_not_overlap')],
                    },
                ),
                migrations.CreateModel(
                    name='OpeningSpan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('weekday', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='jour')),
                        ('opens_min', models.PositiveSmallIntegerField(verbose_name='ouvre à')),
                        ('closes_min', models.PositiveSmallIntegerField(verbose_name='ferme à')),
                        ('exception', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='schools.openingexception')),
                        ('opening', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spans', to='schools.openinghours')),
                    ],
                    options={
                        'verbose_name': 'plage d’ouverture',
                        'verbose_name_plural': 'plages d’ouverture',
                        'ordering': ['weekday', 'opens_min'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('exception', None), ('weekday__isnull', False), ('weekday__range', (0, 6))), models.Q(('exception__isnull', False), ('weekday', None)), _connector='OR'), name='span_of_a_weekday_or_of_an_exception'), models.CheckConstraint(condition=models.Q(('closes_min__gt', models.F('opens_min')), ('closes_min__lte', django.db.models.expressions.CombinedExpression(models.F('opens_min'), '+', models.Value(1440))), ('opens_min__lt', 1440)), name='span_closes_within_a_day'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('exception', None)), expressions=[('opening', '='), ('weekday', '='), (models.Func('opens_min', 'closes_min', function='int4range'), '&&')], name='spans_of_a_weekday_do_not_overlap'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('weekday', None)), expressions=[('exception', '='), (models.Func('opens_min', 'closes_min', function='int4range'), '&&')], name='spans_of_an_exception_do_not_overlap')],
                    },
                ),
                migrations.CreateModel(
                    name='SchoolCalendar',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.CharField(choices=[('fwb', 'Fédération Wallonie-Bruxelles'), ('dg', 'Communauté germanophone')], max_length=4, verbose_name='communauté')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année scolaire')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                        ('note', models.CharField(blank=True, max_length=300, verbose_name='remarque')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='publiée le')),
                        ('made_by_text', models.CharField(blank=True, max_length=200, verbose_name='publiée par')),
                        ('sealed', models.BooleanField(default=False, editable=False)),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'calendrier scolaire',
                        'verbose_name_plural': 'calendriers scolaires',
                        'ordering': ['community', 'year', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('community', 'year', 'number'), name='school_calendar_version_once'), models.CheckConstraint(condition=models.Q(('number__gte', 1), ('year__range', (2000, 2100))), name='school_calendar_has_a_year_and_a_number')],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarPeriod',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('term_start', 'rentrée'), ('autumn', 'congé d’automne'), ('winter', 'vacances d’hiver'), ('carnival', 'congé de détente'), ('spring', 'vacances de printemps'), ('summer', 'vacances d’été'), ('community_day', 'fête de la Communauté'), ('other', 'autre congé')], max_length=16, verbose_name='type')),
                        ('first_on', models.DateField(verbose_name='premier jour')),
                        ('last_on', models.DateField(blank=True, null=True, verbose_name='dernier jour')),
                        ('name', models.CharField(blank=True, max_length=120, verbose_name='nom')),
                        ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='schools.schoolcalendar')),
                    ],
                    options={
                        'verbose_name': 'période du calendrier',
                        'verbose_name_plural': 'périodes du calendrier',
                        'ordering': ['first_on'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('last_on__gte', models.F('first_on')), ('last_on__isnull', False)), models.Q(('kind', 'summer'), ('last_on', None)), _connector='OR'), name='period_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['term_start', 'community_day']), _negated=True), ('last_on', models.F('first_on')), _connector='OR'), name='period_of_one_day'), models.UniqueConstraint(condition=models.Q(('kind', 'other'), _negated=True), fields=('calendar', 'kind'), name='period_once_per_calendar'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('calendar', '='), (models.Func('first_on', 'last_on', models.Value('[]'), function='daterange'), '&&')], name='periods_do_not_overlap')],
                    },
                ),
                migrations.CreateModel(
                    name='Timetable',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('community', models.CharField(choices=[('fwb', 'Fédération Wallonie-Bruxelles'), ('dg', 'Communauté germanophone')], max_length=4)),
                        ('calendars', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                        ('opening', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.openinghours')),
                    ],
                    options={
                        'verbose_name': 'grille horaire',
                        'verbose_name_plural': 'grilles horaires',
                        'constraints': [models.UniqueConstraint(fields=('community', 'opening', 'calendars'), name='timetable_once', nulls_distinct=False)],
                    },
                ),
            ],
        ),
    ]
