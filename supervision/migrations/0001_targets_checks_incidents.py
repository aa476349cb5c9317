import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inventory', '0001_catalogue_devices_network'),
        ('schools', '0001_places_people_agreements_audit'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Sample',
                    fields=[
                        ('pk', models.CompositePrimaryKey('target_id', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('outcome', models.CharField(max_length=8)),
                        ('rtt_ms', models.FloatField(null=True)),
                        ('metrics', models.JSONField(null=True)),
                    ],
                    options={
                        'db_table': 'supervision_sample',
                        'ordering': ['at'],
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='CredentialSet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='nom')),
                        ('version', models.CharField(choices=[('2c', 'SNMPv2c'), ('3', 'SNMPv3')], max_length=2, verbose_name='version')),
                        ('sealed', models.TextField(editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='changé le')),
                    ],
                    options={
                        'verbose_name': 'identifiants SNMP',
                        'verbose_name_plural': 'identifiants SNMP',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='Target',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('address', models.GenericIPAddressField(verbose_name='adresse')),
                        ('port', models.PositiveIntegerField(default=161, verbose_name='port UDP')),
                        ('profile', models.CharField(blank=True, max_length=40, verbose_name='profil')),
                        ('interval_s', models.PositiveIntegerField(default=300, verbose_name='intervalle (s)')),
                        ('paused', models.BooleanField(default=False, verbose_name='en pause')),
                        ('next_poll_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='prochain relevé')),
                        ('last_poll_at', models.DateTimeField(blank=True, null=True, verbose_name='dernier relevé')),
                        ('last_answer_at', models.DateTimeField(blank=True, null=True, verbose_name='dernière réponse')),
                        ('last_rtt_ms', models.FloatField(blank=True, null=True, verbose_name='temps de réponse (ms)')),
                        ('uptime_s', models.BigIntegerField(blank=True, null=True, verbose_name='allumé depuis (s)')),
                        ('refused_at', models.DateTimeField(blank=True, null=True, verbose_name='accès refusé le')),
                        ('credential_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supervision.credentialset')),
                        ('device', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.device')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'équipement supervisé',
                        'verbose_name_plural': 'équipements supervisés',
                        'indexes': [models.Index(condition=models.Q(('paused', False)), fields=['next_poll_at'], name='target_by_next_poll'), models.Index(fields=['site'], name='target_by_site')],
                        'constraints': [models.UniqueConstraint(fields=('address', 'port'), name='target_address_once'), models.CheckConstraint(condition=models.Q(('interval_s__range', (1, 86400))), name='target_interval_sane')],
                    },
                ),
                migrations.CreateModel(
                    name='Snapshot',
                    fields=[
                        ('target', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='snapshot', serialize=False, to='supervision.target')),
                        ('at', models.DateTimeField()),
                        ('values', models.JSONField(default=dict)),
                        ('ports', models.JSONField(default=list)),
                    ],
                    options={
                        'verbose_name': 'dernier relevé',
                        'verbose_name_plural': 'derniers relevés',
                    },
                ),
                migrations.CreateModel(
                    name='Neighbour',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('local_port', models.CharField(max_length=60)),
                        ('remote_chassis', models.CharField(max_length=80)),
                        ('remote_port', models.CharField(max_length=80)),
                        ('remote_name', models.CharField(blank=True, max_length=120)),
                        ('first_seen_at', models.DateTimeField()),
                        ('last_seen_at', models.DateTimeField()),
                        ('device', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.device')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='neighbours', to='supervision.target')),
                    ],
                    options={
                        'verbose_name': 'voisin LLDP',
                        'verbose_name_plural': 'voisins LLDP',
                        'constraints': [models.UniqueConstraint(fields=('target', 'local_port', 'remote_chassis', 'remote_port'), name='neighbour_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Check',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=40, verbose_name='contrôle')),
                        ('service', models.CharField(choices=[('internet', 'Internet'), ('lan', 'réseau câblé'), ('wifi', 'WiFi'), ('power', 'alimentation'), ('printing', 'impression'), ('server', 'serveur')], max_length=10, verbose_name='service')),
                        ('state', models.CharField(choices=[('unknown', 'inconnu'), ('ok', 'en service'), ('suspect', 'à confirmer'), ('confirmed', 'en panne'), ('recovering', 'se rétablit')], default='unknown', max_length=10, verbose_name='état')),
                        ('severity', models.CharField(blank=True, choices=[('', 'aucune'), ('degraded', 'dégradé'), ('down', 'en panne')], default='', max_length=8, verbose_name='gravité')),
                        ('state_at', models.DateTimeField(blank=True, null=True, verbose_name='dans cet état depuis')),
                        ('failing_since', models.DateTimeField(blank=True, null=True, verbose_name='échoue depuis')),
                        ('recovering_since', models.DateTimeField(blank=True, null=True, verbose_name='répond à nouveau depuis')),
                        ('flapping', models.BooleanField(default=False, verbose_name='instable')),
                        ('history', models.IntegerField(default=0)),
                        ('readings', models.SmallIntegerField(default=0)),
                        ('value', models.FloatField(blank=True, null=True, verbose_name='valeur')),
                        ('detail', models.CharField(blank=True, max_length=200, verbose_name='précision')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='supervision.target')),
                    ],
                    options={
                        'verbose_name': 'contrôle',
                        'verbose_name_plural': 'contrôles',
                        'indexes': [models.Index(condition=models.Q(('state__in', ['ok', 'unknown']), _negated=True), fields=['state'], name='check_failing')],
                        'constraints': [models.UniqueConstraint(fields=('target', 'key'), name='check_once_per_target'), models.CheckConstraint(condition=models.Q(('state__in', ['unknown', 'ok']), models.Q(('failing_since__isnull', False), ('state__in', ['suspect', 'confirmed', 'recovering'])), _connector='OR'), name='check_failing_has_a_beginning')],
                    },
                ),
                migrations.CreateModel(
                    name='Trap',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('source', models.GenericIPAddressField()),
                        ('oid', models.CharField(max_length=255)),
                        ('varbinds', models.JSONField(default=dict)),
                        ('target', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='traps', to='supervision.target')),
                    ],
                    options={
                        'verbose_name': 'trap reçu',
                        'verbose_name_plural': 'traps reçus',
                        'indexes': [models.Index(fields=['target', '-received_at'], name='trap_by_target'), models.Index(fields=['-received_at'], name='trap_by_time')],
                    },
                ),
                migrations.CreateModel(
                    name='TargetEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField()),
                        ('kind', models.CharField(choices=[('state', 'changement d’état'), ('reboot', 'redémarrage'), ('trap', 'trap reçu'), ('attached', 'rattaché à une cause'), ('action', 'action à distance')], max_length=8)),
                        ('old', models.CharField(blank=True, max_length=10)),
                        ('new', models.CharField(blank=True, max_length=10)),
                        ('severity', models.CharField(blank=True, max_length=8)),
                        ('data', models.JSONField(default=dict)),
                        ('check_row', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='supervision.check')),
                        ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='supervision.target')),
                        ('trap', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='supervision.trap')),
                    ],
                    options={
                        'verbose_name': 'événement',
                        'verbose_name_plural': 'événements',
                        'ordering': ['-at', '-id'],
                        'indexes': [models.Index(fields=['target', '-at'], name='event_by_target'), models.Index(fields=['-at'], name='event_by_time')],
                    },
                ),
                migrations.CreateModel(
                    name='AgreedTime',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('service', models.CharField(blank=True, choices=[('internet', 'Internet'), ('lan', 'réseau câblé'), ('wifi', 'WiFi'), ('power', 'alimentation'), ('printing', 'impression'), ('server', 'serveur')], max_length=10, verbose_name='service')),
                        ('check_key', models.CharField(blank=True, max_length=40, verbose_name='contrôle')),
                        ('confirm_s', models.PositiveIntegerField(verbose_name='temps convenu (s)')),
                        ('recover_s', models.PositiveIntegerField(default=60, help_text='Durée de bonnes réponses avant de tenir la panne pour finie.', verbose_name='stable avant clôture (s)')),
                        ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.consent')),
                    ],
                    options={
                        'verbose_name': 'temps convenu',
                        'verbose_name_plural': 'temps convenus',
                        'constraints': [models.UniqueConstraint(fields=('agreement', 'service', 'check_key'), name='agreed_time_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('service', ''), ('check_key', ''), _connector='OR'), name='agreed_time_by_service_or_check')],
                    },
                ),
                migrations.CreateModel(
                    name='Incident',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('service', models.CharField(choices=[('internet', 'Internet'), ('lan', 'réseau câblé'), ('wifi', 'WiFi'), ('power', 'alimentation'), ('printing', 'impression'), ('server', 'serveur')], max_length=10)),
                        ('severity', models.CharField(choices=[('', 'aucune'), ('degraded', 'dégradé'), ('down', 'en panne')], max_length=8)),
                        ('flapping', models.BooleanField(default=False, verbose_name='instable')),
                        ('state', models.CharField(choices=[('held', 'en attente du parent'), ('open', 'ouvert'), ('closed', 'clos')], default='held', max_length=6)),
                        ('began_at', models.DateTimeField(verbose_name='depuis')),
                        ('confirmed_at', models.DateTimeField(verbose_name='confirmé le')),
                        ('raised_at', models.DateTimeField(blank=True, null=True, verbose_name='levé le')),
                        ('recovering_at', models.DateTimeField(blank=True, null=True, verbose_name='répond à nouveau depuis')),
                        ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                        ('detail', models.CharField(blank=True, max_length=200)),
                        ('check_row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='incidents', to='supervision.check')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='inventory.device')),
                        ('root', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='consequences', to='supervision.incident')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'incident',
                        'verbose_name_plural': 'incidents',
                        'ordering': ['-confirmed_at', '-id'],
                        'indexes': [models.Index(condition=models.Q(('state', 'closed'), _negated=True), fields=['site', 'state'], name='incident_live_by_site'), models.Index(fields=['root'], name='incident_by_root'), models.Index(fields=['device', '-began_at'], name='incident_by_device')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'closed'), _negated=True), fields=('check_row',), name='one_live_incident_per_check'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at__isnull', True)), _connector='OR'), name='incident_closed_has_an_end'), models.CheckConstraint(condition=models.Q(('root', None), models.Q(('root', models.F('id')), _negated=True), _connector='OR'), name='incident_not_its_own_root'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('closed_at__gte', models.F('began_at')), _connector='OR'), name='incident_ends_after_it_begins')],
                    },
                ),
            ],
        ),
    ]
