import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, unique=True, verbose_name='adresse électronique')),
                        ('full_name', models.CharField(max_length=150, verbose_name='nom complet')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                        ('language', models.CharField(choices=[('fr', 'Français'), ('de', 'Deutsch'), ('en', 'English')], default='fr', max_length=2, verbose_name='langue')),
                        ('shortcuts', models.BooleanField(default=True, verbose_name='raccourcis clavier')),
                        ('is_active', models.BooleanField(default=True, verbose_name='actif')),
                        ('is_staff', models.BooleanField(default=False, verbose_name='accès à l’administration')),
                        ('joined_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='inscrit le')),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'verbose_name': 'personne',
                        'verbose_name_plural': 'personnes',
                        'ordering': ['full_name'],
                    },
                ),
                migrations.CreateModel(
                    name='Authority',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='nom')),
                        ('fase_number', models.CharField(blank=True, max_length=10, null=True, verbose_name='numéro FASE')),
                        ('bce_number', models.CharField(blank=True, max_length=12, null=True, verbose_name='numéro BCE')),
                        ('network', models.CharField(choices=[('wbe', 'WBE'), ('cpeons', 'CPEONS'), ('cecp', 'CECP'), ('segec', 'SeGEC'), ('felsi', 'FELSI'), ('dg', 'DG')], max_length=10, verbose_name='réseau')),
                    ],
                    options={
                        'verbose_name': 'pouvoir organisateur',
                        'verbose_name_plural': 'pouvoirs organisateurs',
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(fields=('fase_number',), name='authority_fase_once'), models.UniqueConstraint(fields=('bce_number',), name='authority_bce_once')],
                    },
                ),
                migrations.CreateModel(
                    name='School',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='nom')),
                        ('scheme', models.CharField(choices=[('fase', 'FASE'), ('dg', 'numéro DG')], default='fase', max_length=8, verbose_name='type de numéro')),
                        ('number', models.CharField(max_length=12, verbose_name='numéro')),
                        ('community', models.CharField(choices=[('fwb', 'Fédération Wallonie-Bruxelles'), ('dg', 'Communauté germanophone')], default='fwb', max_length=4, verbose_name='communauté')),
                        ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='schools', to='schools.authority')),
                    ],
                    options={
                        'verbose_name': 'école',
                        'verbose_name_plural': 'écoles',
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(fields=('scheme', 'number'), name='school_number_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Consent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('assistance', 'assistance centrale'), ('supervision', 'supervision')], max_length=12, verbose_name='objet')),
                        ('given_on', models.DateField(verbose_name='donné le')),
                        ('revoked_on', models.DateField(blank=True, null=True, verbose_name='retiré le')),
                        ('signed_by', models.CharField(max_length=150, verbose_name='signé par')),
                        ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='schools.authority')),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'accord',
                        'verbose_name_plural': 'accords',
                        'ordering': ['-given_on'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority__isnull', False), ('kind', 'assistance'), ('school', None)), models.Q(('authority', None), ('kind', 'supervision'), ('school__isnull', False)), _connector='OR'), name='consent_given_by_whom_it_binds'), models.CheckConstraint(condition=models.Q(('revoked_on__isnull', True), ('revoked_on__gte', models.F('given_on')), _connector='OR'), name='consent_revoked_after_given'), models.UniqueConstraint(condition=models.Q(('authority__isnull', False), ('revoked_on__isnull', True)), fields=('authority', 'kind'), name='one_live_consent_per_authority'), models.UniqueConstraint(condition=models.Q(('revoked_on__isnull', True), ('school__isnull', False)), fields=('school', 'kind'), name='one_live_consent_per_school')],
                    },
                ),
                migrations.CreateModel(
                    name='Site',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='nom')),
                        ('fase_number', models.CharField(blank=True, max_length=10, null=True, verbose_name='numéro d’implantation')),
                        ('province', models.CharField(choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], max_length=16, verbose_name='province')),
                        ('address', models.CharField(blank=True, max_length=200, verbose_name='adresse')),
                        ('postcode', models.CharField(blank=True, max_length=4, verbose_name='code postal')),
                        ('municipality', models.CharField(blank=True, max_length=100, verbose_name='commune')),
                        ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                        ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                        ('phone', models.CharField(blank=True, max_length=30, verbose_name='téléphone')),
                        ('management', models.CharField(choices=[('central', 'centrale'), ('decentralised', 'gérée par l’école')], default='central', max_length=16, verbose_name='gestion du réseau')),
                        ('closed_on', models.DateField(blank=True, null=True, verbose_name='fermée le')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'implantation',
                        'verbose_name_plural': 'implantations',
                        'ordering': ['school__name', 'name'],
                        'indexes': [models.Index(fields=['province'], name='site_by_province')],
                        'constraints': [models.UniqueConstraint(fields=('school', 'name'), name='site_name_once_per_school'), models.UniqueConstraint(fields=('fase_number',), name='site_fase_once'), models.CheckConstraint(condition=models.Q(models.Q(('latitude__isnull', True), ('longitude__isnull', True)), models.Q(('latitude__range', (49, 51)), ('longitude__range', (2, 7))), _connector='OR'), name='site_coordinates_in_wallonia')],
                    },
                ),
                migrations.CreateModel(
                    name='Room',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom')),
                        ('kind', models.CharField(choices=[('classroom', 'classe'), ('teaching', 'local à usage pédagogique'), ('staff', 'salle des professeurs'), ('technical', 'local technique'), ('other', 'autre local')], default='classroom', max_length=12, verbose_name='usage')),
                        ('building', models.CharField(blank=True, max_length=60, verbose_name='bâtiment')),
                        ('floor', models.CharField(blank=True, max_length=30, verbose_name='étage')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rooms', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'local',
                        'verbose_name_plural': 'locaux',
                        'ordering': ['building', 'floor', 'name'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'name'), name='room_name_once_per_site')],
                    },
                ),
                migrations.CreateModel(
                    name='Role',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('central_technician', 'helpdesk régional'), ('local_technician', 'technicien local'), ('contact', 'personne de contact'), ('head', 'direction d’école'), ('authority', 'pouvoir organisateur'), ('officer', 'agent du SPW')], max_length=20, verbose_name='fonction')),
                        ('region', models.BooleanField(default=False, verbose_name='toute la Région')),
                        ('province', models.CharField(blank=True, choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], max_length=16, verbose_name='province')),
                        ('from_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='du')),
                        ('to_on', models.DateField(blank=True, null=True, verbose_name='au')),
                        ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='schools.authority')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to=settings.AUTH_USER_MODEL)),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='schools.school')),
                        ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'fonction',
                        'verbose_name_plural': 'fonctions',
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('province', ''), ('region', True), ('school', None), ('site', None)), models.Q(('authority', None), ('region', False), ('school', None), ('site', None), models.Q(('province', ''), _negated=True)), models.Q(('authority__isnull', False), ('province', ''), ('region', False), ('school', None), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school__isnull', False), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school', None), ('site__isnull', False)), _connector='OR'), name='role_has_exactly_one_scope'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['central_technician', 'officer']), ('region', True)), models.Q(('kind', 'local_technician'), models.Q(('region', True), models.Q(('province', ''), _negated=True), _connector='OR')), models.Q(('authority__isnull', False), ('kind', 'authority')), models.Q(('kind__in', ['contact', 'head']), models.Q(('school__isnull', False), ('site__isnull', False), _connector='OR')), _connector='OR'), name='role_kind_fits_its_scope'), models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='role_ends_after_it_begins')],
                    },
                ),
                migrations.CreateModel(
                    name='Headcount',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('level', models.CharField(choices=[('maternel', 'maternel'), ('primaire', 'primaire'), ('secondaire', 'secondaire'), ('specialise', 'spécialisé'), ('cefa', 'CEFA'), ('promotion-sociale', 'promotion sociale')], max_length=20, verbose_name='niveau')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année du comptage')),
                        ('pupils', models.PositiveIntegerField(verbose_name='élèves')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='headcounts', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'comptage d’élèves',
                        'verbose_name_plural': 'comptages d’élèves',
                        'ordering': [models.OrderBy(models.F('year'), descending=True), 'level'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'level', 'year'), name='headcount_once')],
                    },
                ),
                migrations.CreateModel(
                    name='AuditEntry',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='quand')),
                        ('actor_text', models.CharField(max_length=200, verbose_name='qui')),
                        ('action', models.CharField(max_length=60, verbose_name='action')),
                        ('object_type', models.CharField(max_length=60, verbose_name='type d’objet')),
                        ('object_id', models.CharField(max_length=40, verbose_name='identifiant')),
                        ('object_text', models.CharField(max_length=200, verbose_name='objet')),
                        ('before', models.JSONField(default=dict, verbose_name='avant')),
                        ('after', models.JSONField(default=dict, verbose_name='après')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                        ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'entrée du journal',
                        'verbose_name_plural': 'journal',
                        'ordering': ['-at', '-id'],
                        'indexes': [models.Index(fields=['object_type', 'object_id', '-at'], name='audit_by_object'), models.Index(fields=['site', '-at'], name='audit_by_site')],
                    },
                ),
            ],
        ),
    ]
