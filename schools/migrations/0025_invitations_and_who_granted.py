import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0024_keys_of_the_former_table'),
    ]

    operations = [
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('central_technician', 'helpdesk régional'), ('local_technician', 'technicien local'), ('contact', 'personne de contact'), ('head', 'direction d’école'), ('authority', 'pouvoir organisateur'), ('officer', 'agent du SPW')], max_length=20, verbose_name='fonction')),
                ('region', models.BooleanField(default=False, verbose_name='toute la Région')),
                ('province', models.CharField(blank=True, choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], max_length=16, verbose_name='province')),
                ('from_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='du')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='au')),
                ('email', models.EmailField(max_length=254, verbose_name='adresse électronique')),
                ('full_name', models.CharField(max_length=150, verbose_name='nom complet')),
                ('language', models.CharField(default='fr', max_length=2, verbose_name='langue')),
                ('invited_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='invitée le')),
                ('batch', models.UUIDField(editable=False, null=True, verbose_name='envoi groupé')),
                ('expires_at', models.DateTimeField(verbose_name='valable jusqu’au')),
                ('sends', models.PositiveSmallIntegerField(default=1, verbose_name='envois')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='envoi demandé le')),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now, null=True, verbose_name='à envoyer à partir de')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='envoyée le')),
                ('failure', models.CharField(blank=True, choices=[('refused', 'adresse refusée'), ('unreachable', 'serveur de courrier injoignable')], max_length=12, verbose_name='échec')),
                ('digest', models.CharField(max_length=64, null=True, unique=True, verbose_name='empreinte du lien')),
                ('opened_at', models.DateTimeField(null=True, verbose_name='ouverte le')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='acceptée le')),
                ('revoked_at', models.DateTimeField(null=True, verbose_name='retirée le')),
                ('accepted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='schools.authority')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('school', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='schools.school')),
                ('site', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='schools.site')),
            ],
            options={
                'verbose_name': 'invitation',
                'verbose_name_plural': 'invitations',
                'ordering': ['-invited_at', '-id'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('due_at__isnull', False)), fields=['due_at'], name='invitation_due'), models.Index(fields=['email'], name='invitation_by_address')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='invitation_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None), _connector='OR'), name='invitation_accepted_or_revoked'), models.CheckConstraint(condition=models.Q(('sends__range', (1, 5))), name='invitation_sent_a_few_times'), models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='invitation_address_in_lower_case'), models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('province', ''), ('region', True), ('school', None), ('site', None)), models.Q(('authority', None), ('region', False), ('school', None), ('site', None), models.Q(('province', ''), _negated=True)), models.Q(('authority__isnull', False), ('province', ''), ('region', False), ('school', None), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school__isnull', False), ('site', None)), models.Q(('authority', None), ('province', ''), ('region', False), ('school', None), ('site__isnull', False)), _connector='OR'), name='invitation_has_exactly_one_scope'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['central_technician', 'officer']), ('region', True)), models.Q(('kind', 'local_technician'), models.Q(('region', True), models.Q(('province', ''), _negated=True), _connector='OR')), models.Q(('authority__isnull', False), ('kind', 'authority')), models.Q(('kind__in', ['contact', 'head']), models.Q(('school__isnull', False), ('site__isnull', False), _connector='OR')), _connector='OR'), name='invitation_kind_fits_its_scope'), models.UniqueConstraint(condition=models.Q(('accepted_at', None), ('revoked_at', None)), fields=('email', 'kind', 'region', 'province', 'authority', 'school', 'site'), name='invitation_once_while_open', nulls_distinct=False)],
            },
        ),
        migrations.AddField(
            model_name='role',
            name='end_why',
            field=models.CharField(blank=True, max_length=300, verbose_name='motif de la fin'),
        ),
        migrations.AddField(
            model_name='role',
            name='granted_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='user',
            name='erased_at',
            field=models.DateTimeField(editable=False, null=True, verbose_name='effacé le'),
        ),
        migrations.AlterField(
            model_name='role',
            name='authority',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='schools.authority'),
        ),
        migrations.AlterField(
            model_name='role',
            name='school',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='schools.school'),
        ),
        migrations.AlterField(
            model_name='role',
            name='site',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='schools.site'),
        ),
    ]
