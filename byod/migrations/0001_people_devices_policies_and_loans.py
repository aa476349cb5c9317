import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import byod.models.people.members
import schools.migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inventory', '0093_warranty_repair_and_energy_of_kits'),
        ('schools', '0053_a_key_opens_the_grants'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='CharterVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('text_fr', models.TextField(verbose_name='texte en français')),
                        ('text_de', models.TextField(blank=True, verbose_name='texte en allemand')),
                        ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'version d’une charte',
                        'verbose_name_plural': 'versions des chartes',
                        'ordering': ['school', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('school', 'number'), name='charter_number_once', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='IdentityReading',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reader_text', models.CharField(max_length=150, verbose_name='lu par')),
                        ('why', models.CharField(max_length=60, verbose_name='pour')),
                        ('members', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('reader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'lecture d’identités',
                        'verbose_name_plural': 'lectures d’identités',
                        'ordering': ['-at', '-pk'],
                        'indexes': [models.Index(fields=['site', '-at'], name='identity_reading_by_site')],
                    },
                ),
                migrations.CreateModel(
                    name='LoanPool',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='nom')),
                        ('province', models.CharField(blank=True, choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], max_length=16, verbose_name='province')),
                        ('closed_on', models.DateField(blank=True, null=True, verbose_name='fermée le')),
                        ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'réserve de prêt',
                        'verbose_name_plural': 'réserves de prêt',
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('province', ''), ('school__isnull', False)), models.Q(('authority__isnull', False), ('province', ''), ('school', None)), models.Q(('authority', None), ('school', None), models.Q(('province', ''), _negated=True)), _connector='OR'), name='pool_has_one_owner')],
                    },
                ),
                migrations.CreateModel(
                    name='Member',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('pupil', 'élève'), ('teacher', 'enseignant'), ('guest', 'invité')], max_length=8, verbose_name='qualité')),
                        ('pseudonym', models.CharField(default=byod.models.people.members.new_pseudonym, editable=False, max_length=12, unique=True, verbose_name='pseudonyme')),
                        ('school_key', models.CharField(blank=True, max_length=64, verbose_name='clé de l’école')),
                        ('language', models.CharField(choices=[('fr', 'Français'), ('de', 'Deutsch')], default='fr', max_length=2, verbose_name='langue')),
                        ('adult', models.BooleanField(default=False, verbose_name='majeur')),
                        ('equipment', models.CharField(choices=[('unknown', 'inconnu'), ('equipped', 'équipé'), ('no_device', 'sans appareil'), ('no_line', 'sans connexion'), ('neither', 'sans appareil ni connexion')], default='unknown', max_length=10, verbose_name='équipement à la maison')),
                        ('registered_by', models.CharField(choices=[('import', 'liste de classe'), ('provider', 'fournisseur d’identité de l’école'), ('invitation', 'invitation'), ('desk', 'guichet de l’école')], default='import', max_length=10, verbose_name='inscription par')),
                        ('registered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='inscrit le')),
                        ('left_on', models.DateField(blank=True, null=True, verbose_name='parti le')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('school_class', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='members', to='byod.schoolclass')),
                    ],
                    options={
                        'verbose_name': 'personne inscrite',
                        'verbose_name_plural': 'personnes inscrites',
                        'ordering': ['site', 'school_class', 'pk'],
                        'indexes': [models.Index(condition=models.Q(('left_on', None)), fields=['site', 'school_class'], name='member_present_by_class')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('school_key', ''), _negated=True), fields=('site', 'school_key'), name='member_once_per_school_key'), models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('site', 'user'), name='member_once_per_account')],
                    },
                ),
                migrations.CreateModel(
                    name='LoanRequest',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année scolaire')),
                        ('wants_device', models.BooleanField(default=True, verbose_name='un appareil')),
                        ('wants_charger', models.BooleanField(default=True, verbose_name='un chargeur')),
                        ('wants_line', models.BooleanField(default=False, verbose_name='une connexion')),
                        ('state', models.CharField(choices=[('asked', 'à décider'), ('granted', 'accordée'), ('served', 'servie'), ('refused', 'refusée'), ('withdrawn', 'retirée')], default='asked', max_length=10, verbose_name='état')),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandée le')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidée le')),
                        ('reason', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                        ('served_at', models.DateTimeField(blank=True, null=True, verbose_name='servie le')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='loan_requests', to='byod.member')),
                        ('school_class', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.schoolclass')),
                    ],
                    options={
                        'verbose_name': 'demande de prêt',
                        'verbose_name_plural': 'demandes de prêt',
                        'ordering': ['asked_at', 'pk'],
                        'indexes': [models.Index(fields=['site', 'year', 'state'], name='loan_request_by_site')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('member__isnull', False), ('state__in', ['asked', 'granted'])), fields=('member', 'year'), name='loan_request_one_waiting'), models.CheckConstraint(condition=models.Q(('wants_device', True), ('wants_line', True), _connector='OR'), name='loan_request_wants_something')],
                    },
                ),
                migrations.CreateModel(
                    name='Identity',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sealed', models.TextField(editable=False)),
                        ('written_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='identity', to='byod.member')),
                    ],
                    options={
                        'verbose_name': 'identité',
                        'verbose_name_plural': 'identités',
                    },
                ),
                migrations.CreateModel(
                    name='Authorisation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='charte acceptée le')),
                        ('guardian_at', models.DateTimeField(blank=True, null=True, verbose_name='accord du parent le')),
                        ('given_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='donnée le')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                        ('end_why', models.CharField(blank=True, max_length=300, verbose_name='motif')),
                        ('given_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('charter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.charterversion')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='authorisations', to='byod.member')),
                    ],
                    options={
                        'verbose_name': 'autorisation',
                        'verbose_name_plural': 'autorisations',
                        'ordering': ['-given_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('member',), name='authorisation_one_at_a_time'), models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('given_at')), _connector='OR'), name='authorisation_ends_after_it_begins')],
                    },
                ),
                migrations.CreateModel(
                    name='NetworkPolicy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('state', models.CharField(choices=[('draft', 'brouillon'), ('live', 'en vigueur'), ('retired', 'remplacée')], default='draft', max_length=8, verbose_name='état')),
                        ('device_limit', models.PositiveSmallIntegerField(default=3, verbose_name='appareils par personne')),
                        ('charter_required', models.BooleanField(default=True, verbose_name='charte à accepter')),
                        ('live_at', models.DateTimeField(blank=True, null=True, verbose_name='en vigueur depuis')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='remplacée le')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'politique d’accès',
                        'verbose_name_plural': 'politiques d’accès',
                        'ordering': ['school', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('school', 'number'), name='policy_number_once'), models.UniqueConstraint(condition=models.Q(('state', 'live')), fields=('school',), name='policy_one_live_per_school')],
                    },
                ),
                migrations.CreateModel(
                    name='PersonalDevice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom')),
                        ('platform', models.CharField(choices=[('ios', 'iPhone, iPad'), ('macos', 'Mac'), ('android', 'Android'), ('windows', 'Windows'), ('chromeos', 'Chromebook'), ('linux', 'Linux'), ('other', 'autre')], max_length=10, verbose_name='système')),
                        ('registered_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ajouté le')),
                        ('lost_at', models.DateTimeField(blank=True, null=True, verbose_name='déclaré perdu le')),
                        ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                        ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='vu le')),
                        ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='devices', to='byod.member')),
                    ],
                    options={
                        'verbose_name': 'appareil personnel',
                        'verbose_name_plural': 'appareils personnels',
                        'ordering': ['member', '-registered_at'],
                        'indexes': [models.Index(fields=['seen_at'], name='personal_device_seen')],
                    },
                ),
                migrations.CreateModel(
                    name='Credential',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('tls', 'certificat (EAP-TLS)'), ('secret', 'mot de passe de l’appareil (TTLS, PEAP)')], max_length=6, verbose_name='type')),
                        ('username', models.CharField(max_length=100, unique=True, verbose_name='identifiant')),
                        ('sealed', models.TextField(blank=True, editable=False)),
                        ('serial', models.CharField(blank=True, max_length=40, null=True, verbose_name='numéro de série')),
                        ('issued_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='délivré le')),
                        ('expires_at', models.DateTimeField(verbose_name='expire le')),
                        ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='révoqué le')),
                        ('revoked_why', models.CharField(blank=True, max_length=40, verbose_name='motif')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='credentials', to='byod.personaldevice')),
                    ],
                    options={
                        'verbose_name': 'moyen d’accès',
                        'verbose_name_plural': 'moyens d’accès',
                        'ordering': ['-issued_at'],
                        'constraints': [models.UniqueConstraint(fields=('serial',), name='credential_serial_once'), models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('device',), name='credential_one_live_per_device'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'tls'), ('sealed', ''), ('serial__isnull', False)), models.Q(('kind', 'secret'), models.Q(('sealed', ''), _negated=True)), _connector='OR'), name='credential_has_what_proves_it'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='credential_expires_after_it_is_issued')],
                    },
                ),
                migrations.CreateModel(
                    name='PoolItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('is_charger', models.BooleanField(default=False, verbose_name='chargeur')),
                        ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ajouté le')),
                        ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.device')),
                        ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='byod.loanpool')),
                    ],
                    options={
                        'verbose_name': 'pièce d’une réserve',
                        'verbose_name_plural': 'pièces des réserves',
                        'ordering': ['pool', 'device__name'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('device',), name='pool_item_in_one_pool')],
                    },
                ),
                migrations.CreateModel(
                    name='Loan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('reserved', 'réservé'), ('out', 'prêté'), ('returned', 'rendu'), ('cancelled', 'annulé')], default='reserved', max_length=10, verbose_name='état')),
                        ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='période')),
                        ('due_on', models.DateField(verbose_name='à rendre le')),
                        ('out_at', models.DateTimeField(blank=True, null=True, verbose_name='prêté le')),
                        ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='rendu le')),
                        ('unlinked_at', models.DateTimeField(blank=True, null=True, verbose_name='anonymisé le')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='loans', to='byod.loanrequest')),
                        ('borrower', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='loans', to='byod.member')),
                        ('charger', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.poolitem')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='byod.poolitem')),
                    ],
                    options={
                        'verbose_name': 'prêt',
                        'verbose_name_plural': 'prêts',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['site', 'state', 'due_on'], name='loan_by_site'), models.Index(fields=['borrower', 'state'], name='loan_by_borrower')],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['reserved', 'out', 'returned'])), expressions=[('item', '='), ('during', '&&')], name='loan_device_to_one_at_a_time'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('charger__isnull', False), ('state__in', ['reserved', 'out', 'returned'])), expressions=[('charger', '='), ('during', '&&')], name='loan_charger_to_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('returned_at', None), ('state__in', ['reserved', 'cancelled'])), models.Q(('out_at__isnull', False), ('returned_at', None), ('state', 'out')), models.Q(('out_at__isnull', False), ('returned_at__gte', models.F('out_at')), ('state', 'returned')), _connector='OR'), name='loan_tells_its_moments'), models.CheckConstraint(condition=models.Q(('unlinked_at', None), models.Q(('borrower', None), ('request', None)), _connector='OR'), name='loan_unlinked_knows_nobody')],
                    },
                ),
                migrations.CreateModel(
                    name='Realm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='domaine')),
                        ('authority', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                        ('school', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'domaine',
                        'verbose_name_plural': 'domaines',
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('school__isnull', False)), models.Q(('authority__isnull', False), ('school', None)), _connector='OR'), name='realm_has_one_owner'), models.CheckConstraint(condition=models.Q(('name__regex', '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$')), name='realm_is_a_domain_in_small_letters')],
                    },
                ),
                migrations.CreateModel(
                    name='SchoolClass',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=20, verbose_name='classe')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année scolaire')),
                        ('closed_on', models.DateField(blank=True, null=True, verbose_name='clôturée le')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'classe',
                        'verbose_name_plural': 'classes',
                        'ordering': ['-year', 'name'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'name', 'year'), name='class_once_a_year'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='class_has_a_name')],
                    },
                ),
            ],
        ),
    ]
