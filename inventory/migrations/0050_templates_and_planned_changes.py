import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0023_what_belongs_to_a_site'),
        ('inventory', '0040_configurations_of_devices'),
        ('schools', '0042_index_words'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='ConfigTemplate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='nom')),
                        ('platform', models.CharField(max_length=40, verbose_name='plateforme')),
                        ('grammar', models.CharField(choices=[('indented', 'blocs en retrait, «\xa0no\xa0»'), ('set', 'lignes «\xa0set\xa0»')], default='indented', max_length=10, verbose_name='écriture')),
                        ('retired_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                    ],
                    options={
                        'verbose_name': 'modèle de configuration',
                        'verbose_name_plural': 'modèles de configuration',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='TemplateVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveIntegerField(verbose_name='version')),
                        ('text', models.TextField(verbose_name='texte')),
                        ('owns', models.TextField(verbose_name='lignes tenues')),
                        ('note', models.CharField(blank=True, max_length=200, verbose_name='ce qui change')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='écrit le')),
                        ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('template', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='inventory.configtemplate')),
                    ],
                    options={
                        'verbose_name': 'version d’un modèle',
                        'verbose_name_plural': 'versions des modèles',
                        'ordering': ['template', '-number'],
                        'constraints': [models.UniqueConstraint(fields=('template', 'number'), name='template_version_once')],
                    },
                ),
                migrations.CreateModel(
                    name='PushPlan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('title', models.CharField(max_length=120, verbose_name='objet')),
                        ('why', models.CharField(blank=True, max_length=500, verbose_name='motif')),
                        ('state', models.CharField(choices=[('draft', 'brouillon'), ('submitted', 'attend une approbation'), ('approved', 'approuvé'), ('canary', 'première implantation'), ('held', 'en observation'), ('waves', 'vagues'), ('done', 'terminé'), ('stopped', 'arrêté'), ('returning', 'retour en arrière'), ('returned', 'remis comme avant'), ('refused', 'refusé'), ('dropped', 'abandonné'), ('expired', 'échu')], default='draft', max_length=10, verbose_name='état')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='préparé le')),
                        ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='soumis le')),
                        ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='décidé le')),
                        ('decision', models.CharField(blank=True, max_length=500, verbose_name='remarque de la décision')),
                        ('hold_min', models.PositiveSmallIntegerField(default=15, verbose_name='minutes d’observation')),
                        ('expires_at', models.DateTimeField(verbose_name='échéance')),
                        ('wave', models.PositiveSmallIntegerField(default=0, verbose_name='vague')),
                        ('held_since', models.DateTimeField(blank=True, null=True, verbose_name='en observation depuis')),
                        ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='commencé le')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='fini le')),
                        ('stopped_why', models.CharField(blank=True, max_length=500, verbose_name='motif de l’arrêt')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='préparé par')),
                        ('canary_site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site', verbose_name='première implantation')),
                        ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='décidé par')),
                        ('replaces', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='remakes', to='inventory.pushplan', verbose_name='refait')),
                        ('template_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='inventory.templateversion', verbose_name='modèle')),
                    ],
                    options={
                        'verbose_name': 'changement de configuration',
                        'verbose_name_plural': 'changements de configuration',
                        'ordering': ['-made_at', '-id'],
                        'indexes': [models.Index(fields=['-made_at', '-id'], name='push_newest'), models.Index(condition=models.Q(('state__in', ['canary', 'held', 'waves', 'returning'])), fields=['id'], name='push_live')],
                        'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', None), models.Q(('decided_by', models.F('author')), _negated=True), _connector='OR'), name='push_approved_by_another'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'submitted', 'dropped', 'expired']), models.Q(('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='push_runs_only_approved')],
                    },
                ),
                migrations.CreateModel(
                    name='PushStep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('wave', models.PositiveSmallIntegerField(default=0, verbose_name='vague')),
                        ('state', models.CharField(choices=[('waiting', 'attend son tour'), ('offline', 'hors ligne, en file'), ('pushing', 'en cours d’écriture'), ('verified', 'écrit et relu'), ('failed', 'en échec'), ('returning', 'retour en arrière'), ('rolled_back', 'remis comme avant'), ('moved', 'a changé entre-temps'), ('blocked', 'géré par l’école'), ('skipped', 'laissé de côté'), ('dropped', 'abandonné')], default='waiting', max_length=12, verbose_name='état')),
                        ('base_hash', models.CharField(blank=True, max_length=64, verbose_name='empreinte de départ')),
                        ('base_at', models.DateTimeField(blank=True, null=True, verbose_name='configuration lue le')),
                        ('diff', models.JSONField(default=list, verbose_name='différence')),
                        ('sealed', models.TextField(blank=True, default='', editable=False)),
                        ('marks', models.JSONField(default=dict, editable=False)),
                        ('result', models.CharField(blank=True, max_length=500, verbose_name='résultat')),
                        ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='essais')),
                        ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='recherches')),
                        ('next_try_at', models.DateTimeField(blank=True, null=True, verbose_name='prochain essai')),
                        ('token', models.UUIDField(default=None, editable=False, null=True)),
                        ('lease_until', models.DateTimeField(default=None, editable=False, null=True)),
                        ('wrote_at', models.DateTimeField(blank=True, null=True, verbose_name='écrit le')),
                        ('armed_until', models.DateTimeField(blank=True, null=True, verbose_name='retour automatique')),
                        ('after_hash', models.CharField(blank=True, max_length=64, verbose_name='empreinte après')),
                        ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='commencé le')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='fini le')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='inventory.device')),
                        ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='inventory.pushplan')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'équipement d’un changement',
                        'verbose_name_plural': 'équipements des changements',
                        'ordering': ['plan', 'wave', 'site', 'id'],
                        'indexes': [models.Index(fields=['plan', 'wave', 'state'], name='push_by_wave')],
                        'constraints': [models.UniqueConstraint(fields=('plan', 'device'), name='push_device_once_per_plan'), models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'offline', 'pushing', 'returning'])), fields=('device',), name='push_one_open_step_per_device'), models.UniqueConstraint(condition=models.Q(('lease_until__isnull', False)), fields=('site',), name='push_one_device_of_a_site_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'pushing'), _negated=True), models.Q(('lease_until__isnull', False), ('token__isnull', False)), _connector='OR'), name='push_pushing_is_held')],
                    },
                ),
                migrations.CreateModel(
                    name='SiteSettings',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('version', models.PositiveIntegerField(default=1, editable=False)),
                        ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                        ('region', models.BooleanField(default=False, verbose_name='toute la Région')),
                        ('ntp', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None, verbose_name='serveurs de temps')),
                        ('syslog', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None, verbose_name='serveurs de journal')),
                        ('snmp_managers', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None, verbose_name='adresses qui lisent par SNMP')),
                        ('snmp_contact', models.CharField(blank=True, max_length=80, verbose_name='contact SNMP')),
                        ('sealed', models.TextField(blank=True, default='', editable=False)),
                        ('authority', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.authority', verbose_name='pouvoir organisateur')),
                        ('site', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='schools.site', verbose_name='implantation')),
                    ],
                    options={
                        'verbose_name': 'réglages de réseau',
                        'verbose_name_plural': 'réglages de réseau',
                        'ordering': ['-region', 'authority', 'site'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('authority', None), ('region', True), ('site', None)), models.Q(('authority__isnull', False), ('region', False), ('site', None)), models.Q(('authority', None), ('region', False), ('site__isnull', False)), _connector='OR'), name='settings_are_of_one_place'), models.UniqueConstraint(condition=models.Q(('region', True)), fields=('region',), name='settings_of_region_once')],
                    },
                ),
            ],
        ),
    ]
