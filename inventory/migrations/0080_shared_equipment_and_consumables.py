import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0071_what_was_counted_and_declared_stays'),
        ('schools', '0042_index_words'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Bookable',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom')),
                        ('kind', models.CharField(choices=[('trolley', 'chariot de portables'), ('tablets', 'lot de tablettes'), ('projector', 'projecteur'), ('robotics', 'mallette de robotique'), ('room', 'local équipé'), ('other', 'autre matériel')], max_length=10, verbose_name='type')),
                        ('count', models.PositiveSmallIntegerField(default=1, verbose_name='nombre de pièces')),
                        ('bookers', models.CharField(choices=[('staff', 'l’équipe de l’école'), ('heads', 'la direction seule')], default='staff', max_length=10, verbose_name='réservable par')),
                        ('needs_approval', models.BooleanField(default=False, verbose_name='avec accord de la direction')),
                        ('longest_min', models.PositiveSmallIntegerField(default=480, verbose_name='durée maximale (minutes)')),
                        ('buffer_min', models.PositiveSmallIntegerField(default=0, verbose_name='battement après (minutes)')),
                        ('opens_min', models.PositiveSmallIntegerField(default=0, verbose_name='disponible dès')),
                        ('closes_min', models.PositiveSmallIntegerField(default=1440, verbose_name='disponible jusqu’à')),
                        ('ahead_days', models.PositiveSmallIntegerField(default=300, verbose_name='réservable à l’avance (jours)')),
                        ('notes', models.CharField(blank=True, max_length=300, verbose_name='consignes')),
                        ('withdrawn_on', models.DateField(blank=True, null=True, verbose_name='retiré le')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.room', verbose_name='local')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'matériel partagé',
                        'verbose_name_plural': 'matériel partagé',
                        'ordering': ['site', 'name'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_on', None)), fields=('site', 'name'), name='bookable_name_once_per_site'), models.CheckConstraint(condition=models.Q(('ahead_days__range', (1, 400)), ('buffer_min__lte', 1440), ('closes_min__gt', models.F('opens_min')), ('closes_min__lte', 1440), ('count__gte', 1), ('longest_min__range', (5, 10080))), name='bookable_has_sane_limits')],
                    },
                ),
                migrations.CreateModel(
                    name='BookableDevice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('bookable', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='inventory.bookable')),
                        ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.device')),
                    ],
                    options={
                        'verbose_name': 'pièce d’un lot',
                        'verbose_name_plural': 'pièces d’un lot',
                    },
                ),
                migrations.CreateModel(
                    name='Booking',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='quand')),
                        ('blocked', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                        ('state', models.CharField(choices=[('asked', 'à approuver'), ('booked', 'réservé'), ('out', 'remis'), ('returned', 'rendu'), ('cancelled', 'annulé'), ('refused', 'refusé')], default='booked', max_length=10, verbose_name='état')),
                        ('class_text', models.CharField(blank=True, max_length=30, verbose_name='classe')),
                        ('purpose', models.CharField(blank=True, max_length=200, verbose_name='pour quoi')),
                        ('periods', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                        ('series', models.UUIDField(blank=True, editable=False, null=True)),
                        ('request_key', models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='réservé le')),
                        ('approved_at', models.DateTimeField(blank=True, null=True)),
                        ('out_at', models.DateTimeField(blank=True, null=True, verbose_name='remis le')),
                        ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='rendu le')),
                        ('said', models.CharField(blank=True, max_length=300, verbose_name='remarque')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('bookable', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='inventory.bookable')),
                        ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='réservé par')),
                    ],
                    options={
                        'verbose_name': 'réservation',
                        'verbose_name_plural': 'réservations',
                        'ordering': ['span', 'pk'],
                        'indexes': [django.contrib.postgres.indexes.GistIndex(fields=['bookable', 'span'], name='booking_by_span'), models.Index(fields=['person', 'series'], name='booking_by_person')],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['asked', 'booked', 'out'])), expressions=[('bookable', '='), ('blocked', '&&')], name='booking_never_twice'), models.CheckConstraint(condition=models.Q(('blocked__contains', models.F('span')), ('blocked__startswith', models.F('span__startswith')), ('span__isempty', False), ('span__lower_inf', False), ('span__upper_inf', False)), name='booking_span_is_whole'), models.CheckConstraint(condition=models.Q(models.Q(('approved_at__isnull', False), ('state', 'asked'), _negated=True), models.Q(('approved_at', None), ('state__in', ['booked', 'out', 'returned']), _negated=True)), name='booking_asked_until_approved'), models.CheckConstraint(condition=models.Q(models.Q(('out_at__isnull', False), ('returned_at', None), ('state', 'out')), models.Q(('out_at__isnull', False), ('returned_at__isnull', False), ('state', 'returned')), models.Q(models.Q(('state__in', ['out', 'returned']), _negated=True), ('out_at', None), ('returned_at', None)), _connector='OR'), name='booking_out_before_it_returns')],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='créée le')),
                        ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='lue le')),
                        ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'agenda à part',
                        'verbose_name_plural': 'agendas à part',
                    },
                ),
                migrations.CreateModel(
                    name='Consumable',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='nom')),
                        ('kind', models.CharField(choices=[('toner', 'toner, encre'), ('lamp', 'lampe'), ('battery', 'batterie, pile'), ('cable', 'câble'), ('adapter', 'adaptateur, chargeur'), ('part', 'pièce de rechange'), ('other', 'autre')], max_length=8, verbose_name='type')),
                        ('unit', models.CharField(choices=[('piece', 'pièce'), ('box', 'boîte'), ('metre', 'mètre')], default='piece', max_length=6, verbose_name='unité')),
                        ('reference', models.CharField(blank=True, max_length=40, verbose_name='référence du fabricant')),
                        ('barcode', models.CharField(blank=True, max_length=30, null=True, unique=True, verbose_name='code-barres')),
                        ('withdrawn', models.BooleanField(default=False, verbose_name='n’est plus proposé')),
                        ('fits', models.ManyToManyField(blank=True, related_name='consumables', to='inventory.product', verbose_name='convient à')),
                    ],
                    options={
                        'verbose_name': 'consommable',
                        'verbose_name_plural': 'consommables',
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(fields=('name', 'reference'), name='consumable_once')],
                    },
                ),
                migrations.CreateModel(
                    name='LessonGrid',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('from_on', models.DateField(verbose_name='à partir du')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='encodée le')),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'grille des périodes',
                        'verbose_name_plural': 'grilles des périodes',
                        'ordering': ['school', '-from_on'],
                        'constraints': [models.UniqueConstraint(fields=('school', 'from_on'), name='lesson_grid_once_a_day')],
                    },
                ),
                migrations.CreateModel(
                    name='LessonPeriod',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('weekday', models.PositiveSmallIntegerField(verbose_name='jour')),
                        ('rank', models.PositiveSmallIntegerField(verbose_name='période')),
                        ('name', models.CharField(blank=True, max_length=30, verbose_name='nom')),
                        ('starts_min', models.PositiveSmallIntegerField(verbose_name='commence à')),
                        ('ends_min', models.PositiveSmallIntegerField(verbose_name='finit à')),
                        ('grid', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='periods', to='inventory.lessongrid')),
                    ],
                    options={
                        'verbose_name': 'période de cours',
                        'verbose_name_plural': 'périodes de cours',
                        'ordering': ['weekday', 'rank'],
                        'constraints': [models.UniqueConstraint(fields=('grid', 'weekday', 'rank'), name='lesson_period_once_a_day'), models.CheckConstraint(condition=models.Q(('ends_min__gt', models.F('starts_min')), ('ends_min__lte', 1440), ('rank__gte', 1), ('rank__lte', 20), ('weekday__range', (0, 6))), name='lesson_period_lies_in_its_day'), django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('grid', '='), ('weekday', '='), (models.Func('starts_min', 'ends_min', function='int4range'), '&&')], name='lesson_periods_do_not_overlap')],
                    },
                ),
                migrations.CreateModel(
                    name='Store',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='nom')),
                        ('province', models.CharField(blank=True, choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], max_length=16, verbose_name='province')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                        ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                        ('holder', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tenu par')),
                        ('site', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'stock',
                        'verbose_name_plural': 'stocks',
                        'ordering': ['name', 'pk'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('holder', None), ('province', ''), ('site__isnull', False)), models.Q(('authority__isnull', False), ('holder', None), ('province', ''), ('site', None)), models.Q(('authority', None), ('holder__isnull', False), ('site', None), models.Q(('province', ''), _negated=True)), _connector='OR'), name='store_belongs_to_one'), models.UniqueConstraint(fields=('authority', 'name'), name='store_name_once_per_authority')],
                    },
                ),
                migrations.CreateModel(
                    name='StockLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quantity', models.PositiveIntegerField(default=0, editable=False, verbose_name='en stock')),
                        ('reorder_level', models.PositiveIntegerField(blank=True, null=True, verbose_name='seuil')),
                        ('order_to', models.PositiveIntegerField(blank=True, null=True, verbose_name='remonter à')),
                        ('last_cost', models.DecimalField(decimal_places=2, editable=False, max_digits=9, null=True, verbose_name='dernier prix')),
                        ('consumable', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='inventory.consumable')),
                        ('store', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='inventory.store')),
                    ],
                    options={
                        'verbose_name': 'ligne de stock',
                        'verbose_name_plural': 'lignes de stock',
                        'ordering': ['store', 'consumable'],
                        'constraints': [models.UniqueConstraint(fields=('store', 'consumable'), name='stock_line_once'), models.CheckConstraint(condition=models.Q(('quantity__gte', 0)), name='stock_never_negative'), models.CheckConstraint(condition=models.Q(models.Q(('order_to', None), ('reorder_level', None)), models.Q(('order_to__gt', models.F('reorder_level')), ('order_to__isnull', False), ('reorder_level__isnull', False)), _connector='OR'), name='stock_orders_above_its_level')],
                    },
                ),
                migrations.CreateModel(
                    name='StockEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('movement', models.CharField(choices=[('received', 'reçu'), ('used', 'utilisé'), ('moved', 'déplacé'), ('returned', 'rendu au stock'), ('counted', 'compté'), ('undone', 'écriture annulée')], max_length=8, verbose_name='mouvement')),
                        ('quantity', models.IntegerField(verbose_name='quantité')),
                        ('balance', models.PositiveIntegerField(default=0, editable=False, verbose_name='solde')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('actor_text', models.CharField(max_length=200, verbose_name='par')),
                        ('key', models.UUIDField(editable=False)),
                        ('reference', models.CharField(blank=True, max_length=60, verbose_name='référence')),
                        ('why', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                        ('unit_cost', models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True, verbose_name='prix')),
                        ('actor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('consumable', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='inventory.consumable')),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.device', verbose_name='pour')),
                        ('undoes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_by', to='inventory.stockentry')),
                        ('store', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='inventory.store')),
                    ],
                    options={
                        'verbose_name': 'écriture de stock',
                        'verbose_name_plural': 'écritures de stock',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['store', 'consumable', '-id'], name='stock_entry_by_line'), models.Index(fields=['store', '-id'], name='stock_entry_by_store')],
                        'constraints': [models.UniqueConstraint(fields=('key', 'store', 'consumable'), name='stock_entry_once_per_key'), models.CheckConstraint(condition=models.Q(models.Q(('movement__in', ['received', 'returned']), ('quantity__gt', 0)), models.Q(('movement', 'used'), ('quantity__lt', 0)), models.Q(('movement__in', ['moved', 'undone']), models.Q(('quantity', 0), _negated=True)), models.Q(('movement', 'counted'), models.Q(('quantity', 0), models.Q(('why', ''), _negated=True), _connector='OR')), _connector='OR'), name='stock_entry_has_its_sign'), models.CheckConstraint(condition=models.Q(models.Q(('movement', 'undone'), ('undoes__isnull', False)), models.Q(models.Q(('movement', 'undone'), _negated=True), ('undoes', None)), _connector='OR'), name='stock_undone_names_what'), models.CheckConstraint(condition=models.Q(('unit_cost', None), models.Q(('movement', 'received'), ('unit_cost__gte', 0)), _connector='OR'), name='stock_cost_is_received')],
                    },
                ),
                migrations.CreateModel(
                    name='Wish',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('span', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='quand')),
                        ('periods', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None)),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis')),
                        ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='averti le')),
                        ('mailed_at', models.DateTimeField(blank=True, null=True)),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('bookable', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wishes', to='inventory.bookable')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'attente',
                        'verbose_name_plural': 'liste d’attente',
                        'ordering': ['made_at', 'pk'],
                        'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['bookable', 'made_at'], name='wish_in_order')],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('closed_at', None)), expressions=[('person', '='), ('bookable', '='), ('span', '=')], name='wish_once_per_person')],
                    },
                ),
            ],
        ),
    ]
