import uuid

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('byod', '0004_what_was_published_or_revoked_stays'),
        ('inventory', '0093_warranty_repair_and_energy_of_kits'),
        ('schools', '0053_a_key_opens_the_grants'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='AllocationRound',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année scolaire')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='établi le')),
                        ('made_by_text', models.CharField(max_length=150, verbose_name='établi par')),
                        ('inputs', models.JSONField(verbose_name='données')),
                        ('inputs_sha256', models.CharField(editable=False, max_length=64)),
                        ('outcome', models.JSONField(verbose_name='ordre')),
                        ('outcome_sha256', models.CharField(editable=False, max_length=64)),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('pool', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.loanpool')),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'tour d’attribution',
                        'verbose_name_plural': 'tours d’attribution',
                        'ordering': ['-made_at', '-pk'],
                        'indexes': [models.Index(fields=['school', 'year', '-made_at'], name='round_by_school')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('pool', None), ('school__isnull', False)), models.Q(('pool__isnull', False), ('school', None)), _connector='OR'), name='round_of_a_school_or_a_pool')],
                    },
                ),
                migrations.CreateModel(
                    name='EquipmentSurvey',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('noted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='noté le')),
                        ('noted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('school_class', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='survey', to='byod.schoolclass')),
                    ],
                    options={
                        'verbose_name': 'recensement',
                        'verbose_name_plural': 'recensements',
                    },
                ),
                migrations.CreateModel(
                    name='EquityTarget',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('percent', models.DecimalField(decimal_places=1, max_digits=4, verbose_name='part des élèves (%)')),
                        ('why', models.CharField(max_length=300, verbose_name='motif')),
                        ('set_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='fixée le')),
                        ('set_by_text', models.CharField(max_length=150, verbose_name='fixée par')),
                        ('school', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.school')),
                        ('set_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'cible d’une école',
                        'verbose_name_plural': 'cibles des écoles',
                        'ordering': ['-set_at', '-pk'],
                        'indexes': [models.Index(fields=['school', '-set_at'], name='target_by_school')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('percent__gt', 0), ('percent__lte', 100)), name='target_is_a_share'), models.CheckConstraint(condition=models.Q(('why', ''), _negated=True), name='target_has_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='Line',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('hotspot_4g', 'borne 4G'), ('hotspot_5g', 'borne 5G'), ('sim', 'carte SIM'), ('voucher', 'bon pour une ligne fixe')], max_length=10, verbose_name='genre')),
                        ('iccid', models.CharField(blank=True, max_length=20, null=True, unique=True, verbose_name='ICCID')),
                        ('number', models.CharField(blank=True, max_length=20, verbose_name='numéro d’appel')),
                        ('label', models.CharField(max_length=40, verbose_name='repère')),
                        ('sealed', models.TextField(blank=True, editable=False)),
                        ('service', models.CharField(choices=[('active', 'active'), ('suspended', 'suspendue'), ('lost', 'perdue'), ('ended', 'résiliée')], default='active', max_length=10, verbose_name='service')),
                        ('service_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis')),
                        ('expires_on', models.DateField(blank=True, null=True, verbose_name='expire le')),
                        ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ajoutée le')),
                        ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='retirée le')),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.device')),
                        ('pool', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='byod.loanpool')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='byod.lineplan')),
                    ],
                    options={
                        'verbose_name': 'connexion prêtée',
                        'verbose_name_plural': 'connexions prêtées',
                        'ordering': ['label', 'pk'],
                        'indexes': [models.Index(fields=['pool', 'service'], name='line_by_pool'), models.Index(fields=['expires_on'], name='line_by_expiry')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('iccid', None), ('kind', 'voucher'), models.Q(('sealed', ''), _negated=True)), models.Q(models.Q(('kind', 'voucher'), _negated=True), ('iccid__regex', '^89[0-9]{17,18}$'), ('sealed', '')), _connector='OR'), name='line_has_its_number'), models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('pool', 'label'), name='line_label_once'), models.UniqueConstraint(condition=models.Q(('device__isnull', False), ('removed_at', None)), fields=('device',), name='line_device_carries_one')],
                    },
                ),
                migrations.CreateModel(
                    name='LineLoan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('household', models.CharField(blank=True, editable=False, max_length=64)),
                        ('household_lifted', models.CharField(blank=True, max_length=300, verbose_name='limite levée parce que')),
                        ('state', models.CharField(choices=[('out', 'prêtée'), ('returned', 'rendue')], default='out', max_length=8, verbose_name='état')),
                        ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='période')),
                        ('due_on', models.DateField(verbose_name='à rendre le')),
                        ('out_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='prêtée le')),
                        ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='rendue le')),
                        ('end_why', models.CharField(blank=True, choices=[('back', 'rendue'), ('unused', 'reprise\xa0: inutilisée'), ('lost', 'perdue'), ('expired', 'expirée')], max_length=8, verbose_name='fin')),
                        ('unlinked_at', models.DateTimeField(blank=True, null=True, verbose_name='anonymisé le')),
                        ('borrower', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='line_loans', to='byod.member')),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='byod.line')),
                        ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='line_loans', to='byod.loanrequest')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'prêt de connexion',
                        'verbose_name_plural': 'prêts de connexion',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(fields=['site', 'state', 'due_on'], name='line_loan_by_site'), models.Index(fields=['borrower', 'state'], name='line_loan_by_borrower')],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('line', '='), ('during', '&&')], name='line_to_one_at_a_time'), models.UniqueConstraint(condition=models.Q(('household_lifted', ''), ('state', 'out'), models.Q(('household', ''), _negated=True)), fields=('household',), name='line_one_per_household'), models.CheckConstraint(condition=models.Q(models.Q(('end_why', ''), ('returned_at', None), ('state', 'out')), models.Q(('returned_at__gte', models.F('out_at')), ('state', 'returned'), models.Q(('end_why', ''), _negated=True)), _connector='OR'), name='line_loan_tells_its_moments'), models.CheckConstraint(condition=models.Q(('unlinked_at', None), models.Q(('borrower', None), ('household', ''), ('request', None)), _connector='OR'), name='line_loan_unlinked_knows_nobody')],
                    },
                ),
                migrations.CreateModel(
                    name='LineNotice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('pupil', 'inutilisée\xa0: élève'), ('guardian', 'inutilisée\xa0: parent'), ('school', 'inutilisée\xa0: école'), ('expires', 'expire bientôt')], max_length=8, verbose_name='avis')),
                        ('noted_on', models.DateField(verbose_name='noté le')),
                        ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='envoyé le')),
                        ('loan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to='byod.lineloan')),
                    ],
                    options={
                        'verbose_name': 'avis sur une connexion',
                        'verbose_name_plural': 'avis sur des connexions',
                        'ordering': ['-pk'],
                        'constraints': [models.UniqueConstraint(fields=('loan', 'kind'), name='line_notice_once')],
                    },
                ),
                migrations.CreateModel(
                    name='LineOperator',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='nom')),
                        ('door', models.CharField(choices=[('file', 'fichier à télécharger'), ('mail', 'fichier CSV par courriel'), ('http', 'échange automatique (HTTP, JSON)')], default='file', max_length=4, verbose_name='ordres transmis par')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='adresse électronique')),
                        ('url', models.URLField(blank=True, verbose_name='adresse de l’échange')),
                        ('sealed', models.TextField(blank=True, editable=False)),
                        ('closed_on', models.DateField(blank=True, null=True, verbose_name='terminé le')),
                    ],
                    options={
                        'verbose_name': 'opérateur de connexions prêtées',
                        'verbose_name_plural': 'opérateurs de connexions prêtées',
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('door', 'file'), models.Q(('door', 'mail'), models.Q(('email', ''), _negated=True)), models.Q(('door', 'http'), models.Q(('url', ''), _negated=True)), _connector='OR'), name='line_operator_has_its_door')],
                    },
                ),
                migrations.CreateModel(
                    name='LinePlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, verbose_name='formule')),
                        ('data_gb', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='données (Go par mois)')),
                        ('month_eur', models.DecimalField(decimal_places=2, max_digits=6, verbose_name='prix par mois (EUR)')),
                        ('valid_from', models.DateField(verbose_name='valable dès le')),
                        ('valid_until', models.DateField(blank=True, null=True, verbose_name='valable jusqu’au')),
                        ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='byod.lineoperator')),
                    ],
                    options={
                        'verbose_name': 'formule',
                        'verbose_name_plural': 'formules',
                        'ordering': ['operator__name', 'name'],
                        'constraints': [models.UniqueConstraint(fields=('operator', 'name', 'valid_from'), name='line_plan_once'), models.CheckConstraint(condition=models.Q(('month_eur__gte', 0)), name='line_plan_costs'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='line_plan_ends_after_it_begins')],
                    },
                ),
                migrations.CreateModel(
                    name='LineUsage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('month', models.DateField(verbose_name='mois')),
                        ('mb', models.PositiveIntegerField(verbose_name='Mo')),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='usage', to='byod.line')),
                    ],
                    options={
                        'verbose_name': 'consommation',
                        'verbose_name_plural': 'consommations',
                        'ordering': ['month'],
                        'constraints': [models.UniqueConstraint(fields=('line', 'month'), name='line_usage_once_a_month'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='line_usage_is_of_a_month')],
                    },
                ),
                migrations.CreateModel(
                    name='OperatorOrder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('suspend', 'suspendre'), ('resume', 'rétablir'), ('end', 'résilier')], max_length=8, verbose_name='ordre')),
                        ('why', models.CharField(choices=[('lost', 'perdue ou volée'), ('unused', 'inutilisée'), ('returned', 'rendue'), ('lent', 'prêtée'), ('school', 'demande de l’école')], max_length=8, verbose_name='parce que')),
                        ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                        ('state', models.CharField(choices=[('waiting', 'à transmettre'), ('sent', 'transmis, non confirmé'), ('confirmed', 'confirmé'), ('refused', 'refusé par l’opérateur'), ('cancelled', 'annulé')], default='waiting', max_length=10, verbose_name='état')),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                        ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                        ('next_at', models.DateTimeField(blank=True, default=django.utils.timezone.now, null=True, verbose_name='prochain essai')),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='transmis le')),
                        ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='réglé le')),
                        ('reference', models.CharField(blank=True, max_length=80, verbose_name='référence de l’opérateur')),
                        ('error', models.CharField(blank=True, max_length=200, verbose_name='dernier échec')),
                        ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='orders', to='byod.line')),
                        ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'ordre à l’opérateur',
                        'verbose_name_plural': 'ordres à l’opérateur',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ['waiting', 'sent'])), fields=['next_at'], name='line_order_due')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'sent'])), fields=('line',), name='line_order_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('state__in', ['waiting', 'sent'])), models.Q(('settled_at__isnull', False), ('state__in', ['confirmed', 'refused', 'cancelled'])), _connector='OR'), name='line_order_settled_says_when'), models.CheckConstraint(condition=models.Q(('settled_by', None), models.Q(('state', 'confirmed'), _negated=True), models.Q(('reference', ''), _negated=True), _connector='OR'), name='line_order_by_hand_has_proof')],
                    },
                ),
                migrations.CreateModel(
                    name='RoundPlace',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('n', models.PositiveIntegerField()),
                        ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='places', to='byod.loanrequest')),
                        ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='places', to='byod.allocationround')),
                    ],
                    options={
                        'verbose_name': 'place dans un tour',
                        'verbose_name_plural': 'places dans un tour',
                        'constraints': [models.UniqueConstraint(fields=('round', 'n'), name='round_number_once'), models.UniqueConstraint(fields=('round', 'request'), name='round_request_once')],
                    },
                ),
                migrations.CreateModel(
                    name='UsageReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('month', models.DateField(verbose_name='mois')),
                        ('noted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='lu le')),
                        ('rows', models.PositiveIntegerField(verbose_name='lignes')),
                        ('unknown', models.PositiveIntegerField(default=0, verbose_name='ICCID inconnus')),
                        ('sha256', models.CharField(editable=False, max_length=64)),
                        ('noted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('operator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='byod.lineoperator')),
                    ],
                    options={
                        'verbose_name': 'relevé d’un opérateur',
                        'verbose_name_plural': 'relevés des opérateurs',
                        'ordering': ['-month', 'operator__name'],
                        'constraints': [models.UniqueConstraint(fields=('operator', 'month'), name='usage_reported_once'), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='usage_month_is_its_first_day')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='loanrequest',
            name='asked_by',
            field=models.CharField(choices=[('family', 'la famille'), ('school', 'l’école'), ('survey', 'le recensement')], default='school', max_length=6, verbose_name='demandée par'),
        ),
        migrations.AddField(
            model_name='loanrequest',
            name='exception_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='loanrequest',
            name='exception_why',
            field=models.CharField(blank=True, max_length=300, verbose_name='urgence sociale'),
        ),
        migrations.AddField(
            model_name='loanrequest',
            name='proposal',
            field=models.CharField(blank=True, choices=[('granted', 'accorder'), ('refused', 'refuser')], max_length=7, verbose_name='proposition'),
        ),
        migrations.AddField(
            model_name='loanrequest',
            name='proposal_why',
            field=models.CharField(blank=True, max_length=300, verbose_name='motif proposé'),
        ),
        migrations.AddField(
            model_name='servedpupil',
            name='waited_years',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, default=list, size=None),
        ),
    ]
