import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import byod.models.network.rules
import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('byod', '0009_agreements_guests_class_lists_and_providers'),
        ('inventory', '0093_warranty_repair_and_energy_of_kits'),
        ('schools', '0053_a_key_opens_the_grants'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='AuthEvent',
                    fields=[
                        ('pk', models.CompositePrimaryKey('number', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('number', models.BigIntegerField()),
                        ('at', models.DateTimeField()),
                        ('outcome', models.CharField(choices=[('accepted', 'accepté'), ('quarantined', 'en quarantaine'), ('rejected', 'refusé')], max_length=12)),
                        ('reason', models.CharField(max_length=20)),
                        ('who', models.CharField(choices=[('pupil', 'élèves'), ('teacher', 'enseignants'), ('visitor', 'visiteurs d’autres écoles'), ('guest', 'invités')], max_length=8)),
                        ('segment', models.CharField(choices=[('pupils', 'élèves'), ('staff', 'enseignants'), ('visitors', 'visiteurs d’autres écoles'), ('guests', 'invités, Internet seulement'), ('quarantine', 'quarantaine')], max_length=10)),
                        ('vid', models.PositiveSmallIntegerField(null=True)),
                        ('method', models.CharField(max_length=12)),
                        ('realm', models.CharField(max_length=80)),
                        ('mac_end', models.CharField(max_length=5)),
                        ('access_point', models.CharField(max_length=64)),
                        ('cached', models.BooleanField(default=False)),
                    ],
                    options={
                        'verbose_name': 'tentative d’accès',
                        'verbose_name_plural': 'tentatives d’accès',
                        'db_table': 'byod_authevent',
                        'ordering': ['-at'],
                        'managed': False,
                    },
                ),
                migrations.CreateModel(
                    name='DisconnectOrder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('why', models.CharField(choices=[('revoked', 'moyen d’accès révoqué'), ('withdrawn', 'autorisation retirée'), ('lost', 'appareil perdu ou retiré'), ('limit', 'trop de connexions'), ('by_hand', 'demandé par un technicien')], max_length=10, verbose_name='motif')),
                        ('state', models.CharField(choices=[('waiting', 'envoi en cours'), ('acked', 'confirmé'), ('naked', 'refusé par la borne'), ('unconfirmed', 'non confirmé')], default='waiting', max_length=12, verbose_name='état')),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='demandé le')),
                        ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='envois')),
                        ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='dernier envoi')),
                        ('due_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='prochain envoi')),
                        ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
                        ('error_cause', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='Error-Cause')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disconnects', to='byod.networksession')),
                    ],
                    options={
                        'verbose_name': 'ordre de déconnexion',
                        'verbose_name_plural': 'ordres de déconnexion',
                        'ordering': ['-asked_at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='disconnect_due')],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'waiting')), fields=('session',), name='disconnect_one_waiting_per_session'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('state__in', ['waiting', 'unconfirmed'])), models.Q(('answered_at__isnull', False), ('state__in', ['acked', 'naked'])), _connector='OR'), name='disconnect_answered_tells_when')],
                    },
                ),
                migrations.CreateModel(
                    name='Nas',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=60, verbose_name='nom')),
                        ('address', models.GenericIPAddressField(blank=True, null=True, verbose_name='adresse')),
                        ('radsec_name', models.CharField(blank=True, max_length=120, verbose_name='nom dans le certificat RadSec')),
                        ('identifier', models.CharField(blank=True, max_length=64, verbose_name='NAS-Identifier')),
                        ('sealed', models.TextField(editable=False)),
                        ('coa_port', models.PositiveIntegerField(default=3799, verbose_name='port CoA')),
                        ('seen_at', models.DateTimeField(blank=True, null=True, verbose_name='vu le')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ajouté le')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.device', verbose_name='équipement')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'client RADIUS',
                        'verbose_name_plural': 'clients RADIUS',
                        'ordering': ['site', 'name'],
                        'indexes': [models.Index(fields=['site', 'name'], name='nas_by_site')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('address__isnull', False), models.Q(('radsec_name', ''), _negated=True), _connector='OR'), name='nas_is_known_by_something'), models.CheckConstraint(condition=models.Q(('sealed', ''), _negated=True), name='nas_has_a_secret'), models.CheckConstraint(condition=models.Q(('coa_port__range', (0, 65535))), name='nas_coa_port_is_one'), models.UniqueConstraint(condition=models.Q(('address__isnull', False), ('retired_at', None)), fields=('address', 'identifier'), name='nas_address_once'), models.UniqueConstraint(condition=models.Q(models.Q(('radsec_name', ''), _negated=True), ('retired_at', None)), fields=('radsec_name', 'identifier'), name='nas_radsec_name_once')],
                    },
                ),
                migrations.CreateModel(
                    name='NetworkDay',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField(verbose_name='jour')),
                        ('segment', models.CharField(blank=True, choices=[('pupils', 'élèves'), ('staff', 'enseignants'), ('visitors', 'visiteurs d’autres écoles'), ('guests', 'invités, Internet seulement'), ('quarantine', 'quarantaine')], max_length=10, verbose_name='segment')),
                        ('sessions', models.PositiveIntegerField(verbose_name='connexions')),
                        ('devices', models.PositiveIntegerField(verbose_name='appareils')),
                        ('gigabytes', models.DecimalField(decimal_places=3, max_digits=12, verbose_name='gigaoctets')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'journée du réseau',
                        'verbose_name_plural': 'journées du réseau',
                        'ordering': ['-on', 'site'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'on', 'segment'), name='network_day_once')],
                    },
                ),
                migrations.CreateModel(
                    name='NetworkSession',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('who', models.CharField(blank=True, choices=[('pupil', 'élèves'), ('teacher', 'enseignants'), ('visitor', 'visiteurs d’autres écoles'), ('guest', 'invités')], max_length=8, verbose_name='qualité')),
                        ('segment', models.CharField(blank=True, choices=[('pupils', 'élèves'), ('staff', 'enseignants'), ('visitors', 'visiteurs d’autres écoles'), ('guests', 'invités, Internet seulement'), ('quarantine', 'quarantaine')], max_length=10, verbose_name='segment')),
                        ('vid', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='VLAN')),
                        ('acct_id', models.CharField(max_length=128)),
                        ('user_name', models.CharField(blank=True, max_length=120)),
                        ('mac', models.CharField(blank=True, max_length=17, verbose_name='adresse MAC')),
                        ('access_point', models.CharField(blank=True, max_length=64, verbose_name='borne')),
                        ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis')),
                        ('heard_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='dernières nouvelles')),
                        ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='terminée le')),
                        ('stop_cause', models.CharField(blank=True, max_length=40, verbose_name='fin')),
                        ('down_bytes', models.BigIntegerField(default=0, verbose_name='octets reçus')),
                        ('up_bytes', models.BigIntegerField(default=0, verbose_name='octets envoyés')),
                        ('beyond_limit', models.BooleanField(default=False, verbose_name='au-delà de la limite')),
                        ('cached', models.BooleanField(default=False, verbose_name='de mémoire')),
                        ('credential', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='byod.credential')),
                        ('nas', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='byod.nas')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'connexion au réseau',
                        'verbose_name_plural': 'connexions au réseau',
                        'ordering': ['-started_at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('stopped_at', None)), fields=['site', '-started_at'], name='network_session_open_by_site'), models.Index(condition=models.Q(('stopped_at', None)), fields=['credential', 'started_at'], name='network_session_open_by_cred'), models.Index(fields=['site', '-started_at'], name='network_session_by_site'), models.Index(fields=['credential'], name='network_session_by_credential'), models.Index(condition=models.Q(('stopped_at__isnull', False)), fields=['stopped_at'], name='network_session_stopped')],
                        'constraints': [models.UniqueConstraint(fields=('nas', 'acct_id'), name='network_session_once'), models.CheckConstraint(condition=models.Q(('stopped_at', None), ('stopped_at__gte', models.F('started_at')), _connector='OR'), name='network_session_stops_after_it_starts')],
                    },
                ),
                migrations.CreateModel(
                    name='PolicyRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('who', models.CharField(choices=[('pupil', 'élèves'), ('teacher', 'enseignants'), ('visitor', 'visiteurs d’autres écoles'), ('guest', 'invités')], max_length=8, verbose_name='pour')),
                        ('segment', models.CharField(choices=[('pupils', 'élèves'), ('staff', 'enseignants'), ('visitors', 'visiteurs d’autres écoles'), ('guests', 'invités, Internet seulement'), ('quarantine', 'quarantaine')], max_length=10, verbose_name='segment')),
                        ('days', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=byod.models.network.rules.school_week, size=None, verbose_name='jours')),
                        ('opens', models.TimeField(blank=True, null=True, verbose_name='de')),
                        ('closes', models.TimeField(blank=True, null=True, verbose_name='à')),
                        ('school_days_only', models.BooleanField(default=False, verbose_name='jours d’école seulement')),
                        ('bandwidth', models.CharField(choices=[('free', 'sans limite'), ('lesson', 'cours'), ('slow', 'économe')], default='lesson', max_length=8, verbose_name='débit')),
                        ('sessions', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='connexions en même temps')),
                        ('beyond', models.CharField(choices=[('flag', 'laisser entrer et le signaler'), ('end', 'terminer la plus ancienne')], default='flag', max_length=6, verbose_name='au-delà')),
                        ('policy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='byod.networkpolicy')),
                    ],
                    options={
                        'verbose_name': 'règle d’accès',
                        'verbose_name_plural': 'règles d’accès',
                        'ordering': ['policy', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('policy', 'who'), name='policy_rule_once_per_kind'), models.CheckConstraint(condition=models.Q(models.Q(('closes', None), ('opens', None)), ('opens__lt', models.F('closes')), _connector='OR'), name='policy_rule_hours_come_in_pairs'), models.CheckConstraint(condition=models.Q(('days__contained_by', [0, 1, 2, 3, 4, 5, 6]), ('days__len__gte', 1)), name='policy_rule_days_are_of_a_week'), models.CheckConstraint(condition=models.Q(models.Q(('who', 'guest'), _negated=True), ('segment__in', ['guests', 'quarantine']), _connector='OR'), name='policy_rule_guests_get_the_internet_only'), models.CheckConstraint(condition=models.Q(models.Q(('who', 'visitor'), _negated=True), ('segment__in', ['visitors', 'guests', 'quarantine']), _connector='OR'), name='policy_rule_strangers_stay_apart'), models.CheckConstraint(condition=models.Q(('sessions', None), ('sessions__gte', 1), _connector='OR'), name='policy_rule_allows_a_session')],
                    },
                ),
                migrations.CreateModel(
                    name='SiteSegment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('segment', models.CharField(choices=[('pupils', 'élèves'), ('staff', 'enseignants'), ('visitors', 'visiteurs d’autres écoles'), ('guests', 'invités, Internet seulement'), ('quarantine', 'quarantaine')], max_length=10, verbose_name='segment')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site')),
                        ('vlan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.vlan', verbose_name='VLAN')),
                    ],
                    options={
                        'verbose_name': 'segment d’une implantation',
                        'verbose_name_plural': 'segments des implantations',
                        'ordering': ['site', 'vlan__vid'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'segment'), name='site_segment_once'), models.UniqueConstraint(fields=('site', 'vlan'), name='site_segment_vlan_once')],
                    },
                ),
                migrations.CreateModel(
                    name='UpstreamRealm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=40, unique=True, verbose_name='nom')),
                        ('realms', models.CharField(max_length=200, verbose_name='domaines')),
                        ('address', models.GenericIPAddressField(verbose_name='adresse')),
                        ('port', models.PositiveIntegerField(default=1812, verbose_name='port')),
                        ('sealed', models.TextField(editable=False)),
                        ('enabled', models.BooleanField(default=True, verbose_name='en service')),
                    ],
                    options={
                        'verbose_name': 'réseau partenaire',
                        'verbose_name_plural': 'réseaux partenaires',
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('name__regex', '^[a-z0-9-]+$')), name='upstream_name_is_a_word'), models.CheckConstraint(condition=models.Q(('realms__regex', '^(\\*|[a-z0-9.-]+( [a-z0-9.-]+)*)$')), name='upstream_realms_are_domains'), models.CheckConstraint(condition=models.Q(('port__range', (1, 65535))), name='upstream_port_is_one'), models.CheckConstraint(condition=models.Q(('sealed', ''), _negated=True), name='upstream_has_a_secret'), models.UniqueConstraint(condition=models.Q(('enabled', True), ('realms', '*')), fields=('realms',), name='upstream_one_default')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='networkpolicy',
            name='outside_hours',
            field=models.CharField(choices=[('quarantine', 'quarantaine'), ('reject', 'refus')], default='quarantine', max_length=10, verbose_name='en dehors des heures'),
        ),
        migrations.AddField(
            model_name='networkpolicy',
            name='unauthorised',
            field=models.CharField(choices=[('quarantine', 'quarantaine'), ('reject', 'refus')], default='quarantine', max_length=10, verbose_name='inscrit mais pas autorisé'),
        ),
        migrations.AddField(
            model_name='networkpolicy',
            name='visitors',
            field=models.BooleanField(default=True, verbose_name='visiteurs d’autres écoles'),
        ),
        migrations.AddConstraint(
            model_name='networkpolicy',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('school',), name='policy_one_draft_per_school'),
        ),
        migrations.AddConstraint(
            model_name='networkpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('device_limit__range', (1, 20))), name='policy_lets_a_device_in'),
        ),
        migrations.AddConstraint(
            model_name='networkpolicy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('live_at', None), ('retired_at', None), ('state', 'draft')), models.Q(('live_at__isnull', False), ('retired_at', None), ('state', 'live')), models.Q(('retired_at__isnull', False), ('state', 'retired')), _connector='OR'), name='policy_tells_its_moments'),
        ),
    ]
