import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0032_what_was_signed_is_not_rewritten'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='ImportRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('register', 'Registre des écoles (FWB)'), ('places', 'Autres lieux : germanophones, EPN, centres de formation'), ('ise', 'Classes ISE'), ('headcounts', 'Comptages d’élèves'), ('rooms', 'Locaux'), ('contacts', 'Personnes de contact et directions')], max_length=12, verbose_name='source')),
                        ('state', models.CharField(choices=[('reading', 'lecture'), ('previewed', 'à confirmer'), ('applying', 'écriture'), ('applied', 'importé'), ('failed', 'refusé'), ('abandoned', 'abandonné')], default='reading', max_length=10, verbose_name='état')),
                        ('file', models.FileField(blank=True, max_length=200, upload_to='imports/', verbose_name='fichier')),
                        ('file_name', models.CharField(max_length=200, verbose_name='nom du fichier')),
                        ('sha256', models.CharField(max_length=64)),
                        ('size', models.PositiveBigIntegerField(verbose_name='octets')),
                        ('format', models.CharField(blank=True, max_length=60, verbose_name='format')),
                        ('as_of', models.DateField(default=django.utils.timezone.localdate, verbose_name='date de la source')),
                        ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='lancé le')),
                        ('previewed_at', models.DateTimeField(null=True, verbose_name='comparé le')),
                        ('applied_at', models.DateTimeField(null=True, verbose_name='importé le')),
                        ('closing', models.BooleanField(default=False, verbose_name='fermer ce qui manque')),
                        ('stale', models.BooleanField(default=False, verbose_name='aperçu refait')),
                        ('begun_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('done', models.PositiveIntegerField(default=0, verbose_name='fait')),
                        ('total', models.PositiveIntegerField(default=0, verbose_name='en tout')),
                        ('heads', models.JSONField(default=list, verbose_name='colonnes')),
                        ('unknown_columns', models.JSONField(default=list, verbose_name='colonnes inconnues')),
                        ('counts', models.JSONField(default=dict, verbose_name='comptes')),
                        ('fingerprint', models.CharField(blank=True, max_length=64)),
                        ('failure', models.TextField(blank=True, verbose_name='pourquoi')),
                        ('claim', models.UUIDField(null=True)),
                        ('claimed_at', models.DateTimeField(null=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('applied_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='importé par')),
                        ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lancé par')),
                    ],
                    options={
                        'verbose_name': 'import',
                        'verbose_name_plural': 'imports',
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ['reading', 'applying'])), fields=['claimed_at'], name='imports_at_work')],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('state', 'applied')), models.Q(models.Q(('state', 'applied'), _negated=True), ('applied_at', None)), _connector='OR'), name='import_applied_has_a_moment'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'failed'), _negated=True), models.Q(('failure', ''), _negated=True), _connector='OR'), name='import_failed_says_why')],
                    },
                ),
                migrations.CreateModel(
                    name='ImportFinding',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('outcome', models.CharField(choices=[('created', 'créé'), ('changed', 'modifié'), ('moved', 'déplacé'), ('closed', 'fermé'), ('reopened', 'rouvert'), ('refused', 'refusé'), ('warned', 'à vérifier'), ('ignored', 'ignoré')], max_length=10, verbose_name='sort')),
                        ('reason', models.CharField(blank=True, max_length=40, verbose_name='raison')),
                        ('told', models.JSONField(default=dict)),
                        ('line', models.PositiveIntegerField(null=True, verbose_name='ligne')),
                        ('column', models.CharField(blank=True, max_length=80, verbose_name='colonne')),
                        ('value', models.CharField(blank=True, max_length=200, verbose_name='valeur')),
                        ('object_type', models.CharField(blank=True, max_length=20, verbose_name='type d’objet')),
                        ('object_text', models.CharField(blank=True, max_length=200, verbose_name='objet')),
                        ('before', models.JSONField(default=dict, verbose_name='avant')),
                        ('after', models.JSONField(default=dict, verbose_name='après')),
                        ('cells', models.JSONField(default=list, verbose_name='cellules')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='schools.importrun')),
                    ],
                    options={
                        'verbose_name': 'constat d’import',
                        'verbose_name_plural': 'constats d’import',
                        'ordering': ['pk'],
                        'indexes': [models.Index(fields=['run', 'outcome', 'id'], name='finding_by_outcome')],
                    },
                ),
            ],
        ),
    ]
