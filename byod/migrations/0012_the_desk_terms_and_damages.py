import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import byod.models.loans.conditions
import byod.models.loans.terms
import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('byod', '0011_live_policies_stay_and_answers_by_month'),
        ('inventory', '0093_warranty_repair_and_energy_of_kits'),
        ('schools', '0053_a_key_opens_the_grants'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='DeskScan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.UUIDField(unique=True)),
                        ('outcome', models.CharField(choices=[('at_desk', 'élève au guichet'), ('absent', 'absent'), ('lent', 'prêté'), ('other_charger', 'autre chargeur'), ('returned', 'rendu'), ('charger_back', 'chargeur rendu'), ('graded', 'état noté'), ('stepped', 'pas en arrière'), ('unknown', 'inconnu'), ('several', 'plusieurs élèves'), ('no_request', 'sans demande accordée'), ('has_one', 'a déjà un appareil'), ('not_in_pool', 'hors réserve'), ('in_repair', 'en réparation'), ('gone', 'perdu ou retiré'), ('out', 'déjà prêté'), ('reserved', 'réservé à un autre'), ('elsewhere', 'd’une autre école'), ('not_out', 'pas prêté'), ('wants_pupil', 'élève attendu'), ('wants_device', 'appareil attendu'), ('wants_charger', 'chargeur attendu')], max_length=14)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('undone_at', models.DateTimeField(blank=True, null=True)),
                        ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.poolitem')),
                        ('loan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.loan')),
                        ('desk', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='byod.loandesk')),
                    ],
                    options={
                        'verbose_name': 'lecture au guichet',
                        'verbose_name_plural': 'lectures au guichet',
                        'ordering': ['-received_at', '-pk'],
                        'indexes': [models.Index(fields=['desk', '-id'], name='desk_scan_latest')],
                    },
                ),
                migrations.CreateModel(
                    name='LoanCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('moment', models.CharField(choices=[('out', 'à la remise'), ('back', 'au retour')], max_length=4)),
                        ('screen', models.CharField(choices=[('1', 'neuf'), ('2', 'bon'), ('3', 'usé'), ('4', 'abîmé')], default='2', max_length=1, verbose_name='écran')),
                        ('keyboard', models.CharField(choices=[('1', 'neuf'), ('2', 'bon'), ('3', 'usé'), ('4', 'abîmé')], default='2', max_length=1, verbose_name='clavier')),
                        ('case', models.CharField(choices=[('1', 'neuf'), ('2', 'bon'), ('3', 'usé'), ('4', 'abîmé')], default='2', max_length=1, verbose_name='boîtier')),
                        ('battery', models.CharField(choices=[('1', 'neuf'), ('2', 'bon'), ('3', 'usé'), ('4', 'abîmé')], default='2', max_length=1, verbose_name='batterie')),
                        ('charger', models.CharField(choices=[('1', 'neuf'), ('2', 'bon'), ('3', 'usé'), ('4', 'abîmé')], default='2', max_length=1, verbose_name='chargeur')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('loan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='byod.loan')),
                    ],
                    options={
                        'verbose_name': 'état d’un appareil prêté',
                        'verbose_name_plural': 'états des appareils prêtés',
                        'ordering': ['loan', '-moment'],
                        'constraints': [models.UniqueConstraint(fields=('loan', 'moment'), name='loan_check_once_a_moment')],
                    },
                ),
                migrations.CreateModel(
                    name='LoanDamage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('damage', 'abîmé ou en panne'), ('theft', 'volé'), ('loss', 'perdu'), ('charger', 'chargeur manquant')], max_length=7, verbose_name='ce qui est arrivé')),
                        ('parts', models.CharField(blank=True, max_length=60, verbose_name='parties touchées')),
                        ('happened_on', models.DateField(blank=True, null=True, verbose_name='survenu le')),
                        ('police_report', models.CharField(blank=True, max_length=60, verbose_name='numéro du procès-verbal')),
                        ('told_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='signalé le')),
                        ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='réglé le')),
                        ('back_in_pool', models.BooleanField(blank=True, null=True, verbose_name='revenu dans la réserve')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='damages', to='byod.poolitem')),
                        ('loan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='damages', to='byod.loan')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'dégât ou perte d’un appareil prêté',
                        'verbose_name_plural': 'dégâts et pertes d’appareils prêtés',
                        'ordering': ['-told_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('item',), name='damage_open_once_per_device'), models.CheckConstraint(condition=models.Q(models.Q(('back_in_pool', None), ('closed_at', None)), models.Q(('back_in_pool__isnull', False), ('closed_at__isnull', False)), _connector='OR'), name='damage_closed_says_how')],
                    },
                ),
                migrations.CreateModel(
                    name='LoanDesk',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mode', models.CharField(choices=[('lend', 'Prêter'), ('return', 'Rendre')], default='lend', max_length=6, verbose_name='sens')),
                        ('due_on', models.DateField(verbose_name='à rendre le')),
                        ('begun_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='commencée à')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée à')),
                        ('absent', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), blank=True, default=list, size=None)),
                        ('clerk', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('loan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.loan')),
                        ('pupil', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.member')),
                        ('school_class', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.schoolclass')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'séance au guichet de prêt',
                        'verbose_name_plural': 'séances au guichet de prêt',
                        'ordering': ['-begun_at'],
                        'indexes': [models.Index(fields=['site', '-begun_at'], name='desk_by_site')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('clerk', 'site'), name='desk_one_open_per_clerk'), models.CheckConstraint(condition=models.Q(('ended_at', None), models.Q(('absent', []), ('ended_at__gte', models.F('begun_at')), ('loan', None), ('pupil', None)), _connector='OR'), name='desk_ended_holds_nobody')],
                    },
                ),
                migrations.CreateModel(
                    name='LoanPhoto',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('moment', models.CharField(choices=[('out', 'à la remise'), ('back', 'au retour')], max_length=4)),
                        ('photo', models.FileField(upload_to=byod.models.loans.conditions.loan_photo_path)),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='photos', to='byod.poolitem')),
                        ('loan', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photos', to='byod.loan')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'photo d’un appareil prêté',
                        'verbose_name_plural': 'photos des appareils prêtés',
                        'ordering': ['-at', '-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='LoanReminder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('rung', models.CharField(choices=[('soon', 'bientôt à rendre'), ('pupil', 'rappel à l’élève'), ('guardian', 'rappel aux parents'), ('school', 'avis à l’école'), ('sign', 'conditions à signer')], max_length=8, verbose_name='rappel')),
                        ('due_on', models.DateField()),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='le')),
                        ('mailed_at', models.DateTimeField(blank=True, null=True, verbose_name='écrit le')),
                        ('loan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reminders', to='byod.loan')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'rappel de prêt',
                        'verbose_name_plural': 'rappels de prêt',
                        'ordering': ['pk'],
                        'indexes': [models.Index(condition=models.Q(('mailed_at', None)), fields=['person'], name='loan_reminder_unsent')],
                        'constraints': [models.UniqueConstraint(fields=('loan', 'rung', 'due_on', 'person'), name='loan_reminded_once', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='LoanTerms',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('text_fr', models.TextField(verbose_name='texte en français')),
                        ('text_de', models.TextField(blank=True, verbose_name='texte en allemand')),
                        ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='publiée le')),
                        ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.school')),
                    ],
                    options={
                        'verbose_name': 'version des conditions de prêt',
                        'verbose_name_plural': 'versions des conditions de prêt',
                        'ordering': ['school', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('school', 'number'), name='loan_terms_number_once', nulls_distinct=False)],
                    },
                ),
                migrations.CreateModel(
                    name='TermsSignature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(default=byod.models.loans.terms.new_reference, editable=False, max_length=12, unique=True, verbose_name='référence')),
                        ('way', models.CharField(choices=[('link', 'en ligne, par le lien personnel'), ('paper', 'sur papier, au guichet'), ('tablet', 'sur l’écran du guichet')], max_length=6, verbose_name='manière')),
                        ('by_guardian', models.BooleanField(verbose_name='par un parent')),
                        ('language', models.CharField(max_length=2, verbose_name='langue')),
                        ('signed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='signé le')),
                        ('sealed', models.TextField(editable=False)),
                        ('sha256', models.CharField(editable=False, max_length=64)),
                        ('keep_until', models.DateField(blank=True, null=True, verbose_name='à détruire après le')),
                        ('loan', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='signature', to='byod.loan')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                        ('terms', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.loanterms')),
                    ],
                    options={
                        'verbose_name': 'signature de conditions de prêt',
                        'verbose_name_plural': 'signatures de conditions de prêt',
                        'ordering': ['-signed_at'],
                        'indexes': [models.Index(fields=['keep_until'], name='signature_to_destroy')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='loan',
            name='charger_back',
            field=models.BooleanField(blank=True, null=True, verbose_name='chargeur rendu'),
        ),
        migrations.AddField(
            model_name='loan',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.loan'),
        ),
        migrations.AddField(
            model_name='loan',
            name='without_charger',
            field=models.BooleanField(default=False, verbose_name='sans chargeur'),
        ),
        migrations.AddField(
            model_name='poolitem',
            name='partner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='chargers', to='byod.poolitem'),
        ),
        migrations.AddIndex(
            model_name='poolitem',
            index=models.Index(fields=['pool', 'device'], name='pool_item_by_pool'),
        ),
        migrations.AddConstraint(
            model_name='poolitem',
            constraint=models.CheckConstraint(condition=models.Q(('partner', None), ('is_charger', True), _connector='OR'), name='pool_item_partner_of_a_charger'),
        ),
        migrations.AddField(
            model_name='loan',
            name='back_desk',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.loandesk'),
        ),
        migrations.AddField(
            model_name='loan',
            name='desk',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='loans', to='byod.loandesk'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(fields=['site', '-id'], name='loan_latest_of_site'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(condition=models.Q(('state', 'out')), fields=['due_on'], name='loan_out_by_day'),
        ),
        migrations.AddIndex(
            model_name='loan',
            index=models.Index(condition=models.Q(('unlinked_at', None)), fields=['returned_at'], name='loan_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('unlinked_at', None), ('state__in', ['returned', 'cancelled']), _connector='OR'), name='loan_forgotten_once_it_ended'),
        ),
        migrations.AddConstraint(
            model_name='loan',
            constraint=models.CheckConstraint(condition=models.Q(('replaces', None), models.Q(('replaces', models.F('pk')), _negated=True), _connector='OR'), name='loan_replaces_another'),
        ),
    ]
