import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import inventory.models.files
import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0006_a_change_counts'),
        ('schools', '0042_index_words'),
        ('schools', '__first__'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='CustomField',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('key', models.CharField(max_length=30, unique=True, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9_]*$', 'Minuscules, chiffres et _.')], verbose_name='clé')),
                        ('categories', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('router', 'routeur'), ('switch', 'commutateur'), ('access_point', 'borne WiFi'), ('controller', 'contrôleur WiFi'), ('ups', 'onduleur'), ('printer', 'imprimante'), ('server', 'serveur'), ('nas', 'stockage'), ('board', 'écran interactif'), ('projector', 'projecteur'), ('laptop', 'portable'), ('tablet', 'tablette'), ('desktop', 'poste fixe'), ('hotspot', 'borne 4G ou carte SIM'), ('other', 'autre')], max_length=16), size=None, verbose_name='catégories')),
                        ('label_fr', models.CharField(max_length=60, verbose_name='intitulé')),
                        ('label_de', models.CharField(blank=True, max_length=60, verbose_name='intitulé allemand')),
                        ('kind', models.CharField(choices=[('text', 'texte'), ('number', 'nombre'), ('date', 'date'), ('choice', 'choix'), ('yes_no', 'oui ou non')], max_length=8, verbose_name='type')),
                        ('required', models.BooleanField(default=False, verbose_name='obligatoire')),
                        ('choices', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name='choix')),
                        ('unit', models.CharField(blank=True, max_length=12, verbose_name='unité')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='ordre')),
                        ('archived_at', models.DateTimeField(editable=False, null=True, verbose_name='archivé le')),
                    ],
                    options={
                        'verbose_name': 'champ propre',
                        'verbose_name_plural': 'champs propres',
                        'ordering': ['position', 'label_fr'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('key__regex', '^[a-z][a-z0-9_]*$')), name='custom_field_key_is_plain'), models.CheckConstraint(condition=models.Q(('categories__len__gt', 0)), name='custom_field_has_a_category'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'choice'), _negated=True), ('choices__len__gt', 0), _connector='OR'), name='custom_choice_has_choices')],
                    },
                ),
                migrations.CreateModel(
                    name='DeviceFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[('photo', 'photo'), ('paper', 'document')], max_length=5, verbose_name='sorte')),
                        ('file', models.FileField(upload_to=inventory.models.files.file_path)),
                        ('small', models.FileField(blank=True, upload_to=inventory.models.files.file_path)),
                        ('name', models.CharField(max_length=120, verbose_name='nom du fichier')),
                        ('content_type', models.CharField(max_length=40, verbose_name='type')),
                        ('size', models.PositiveIntegerField(verbose_name='taille')),
                        ('sha256', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='déposé le')),
                        ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='retiré le')),
                        ('device', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='inventory.device')),
                        ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'photo ou document d’un équipement',
                        'verbose_name_plural': 'photos et documents d’équipements',
                        'ordering': ['-at', '-id'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('device', 'sha256'), name='device_file_once')],
                    },
                ),
                migrations.CreateModel(
                    name='Kit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=80, unique=True, verbose_name='nom')),
                        ('purpose', models.CharField(blank=True, max_length=300, verbose_name='à quoi il sert')),
                    ],
                    options={
                        'verbose_name': 'kit',
                        'verbose_name_plural': 'kits',
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='KitItem',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('quantity', models.PositiveSmallIntegerField(default=1, verbose_name='nombre')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kit_items', to='inventory.product')),
                        ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='inventory.kitversion')),
                    ],
                    options={
                        'verbose_name': 'contenu d’un kit',
                        'verbose_name_plural': 'contenus des kits',
                        'ordering': ['version', 'product__category', 'product__maker', 'product__model'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('quantity__gte', 1)), name='kit_item_counts'), models.UniqueConstraint(fields=('version', 'product'), name='kit_item_once')],
                    },
                ),
                migrations.CreateModel(
                    name='KitVersion',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                        ('price', models.DecimalField(decimal_places=2, max_digits=10, validators=[django.core.validators.MinValueValidator(0)], verbose_name='prix (EUR, TVA comprise)')),
                        ('valid_from', models.DateField(verbose_name='proposé dès le')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='proposé jusqu’au')),
                        ('notes', models.CharField(blank=True, max_length=500, verbose_name='remarque')),
                        ('frozen_at', models.DateTimeField(editable=False, null=True, verbose_name='figé le')),
                        ('made_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                        ('kit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='inventory.kit')),
                        ('made_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('products', models.ManyToManyField(related_name='kit_versions', through='inventory.KitItem', to='inventory.product')),
                    ],
                    options={
                        'verbose_name': 'version d’un kit',
                        'verbose_name_plural': 'versions des kits',
                        'ordering': ['kit', '-number'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='kit_version_days_in_order'), models.CheckConstraint(condition=models.Q(('price__gte', 0)), name='kit_version_costs'), models.UniqueConstraint(fields=('kit', 'number'), name='kit_version_once'), models.UniqueConstraint(condition=models.Q(('frozen_at', None)), fields=('kit',), name='one_draft_per_kit'), django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('frozen_at__isnull', False)), expressions=[('kit', '='), (models.Func('valid_from', 'valid_to', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='kit_versions_follow_one_another')],
                    },
                ),
                migrations.CreateModel(
                    name='ProductAlias',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('maker', models.CharField(max_length=60, verbose_name='marque')),
                        ('model', models.CharField(max_length=100, verbose_name='modèle')),
                        ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='inventory.product')),
                    ],
                    options={
                        'verbose_name': 'autre nom d’un produit',
                        'verbose_name_plural': 'autres noms de produits',
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Upper('maker'), django.db.models.functions.text.Upper('model'), name='product_alias_once')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='device',
            name='cloud_why',
            field=models.CharField(blank=True, max_length=300, verbose_name='pourquoi'),
        ),
        migrations.AddField(
            model_name='devicemove',
            name='happened_on',
            field=models.DateField(blank=True, null=True, verbose_name='survenu le'),
        ),
        migrations.AddField(
            model_name='devicemove',
            name='police_report',
            field=models.CharField(blank=True, max_length=60, verbose_name='numéro du procès-verbal'),
        ),
        migrations.AddField(
            model_name='product',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le'),
        ),
        migrations.AddField(
            model_name='product',
            name='documents_url',
            field=models.URLField(blank=True, max_length=300, validators=[django.core.validators.URLValidator(schemes=['https', 'http'])], verbose_name='documentation'),
        ),
        migrations.AddField(
            model_name='product',
            name='part_number',
            field=models.CharField(blank=True, max_length=60, verbose_name='référence de commande'),
        ),
        migrations.AddField(
            model_name='product',
            name='poe_budget_w',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='budget PoE (W)'),
        ),
        migrations.AddField(
            model_name='product',
            name='ports_template',
            field=models.JSONField(blank=True, default=list, verbose_name='ports'),
        ),
        migrations.AddField(
            model_name='product',
            name='power_w',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='consommation (W)'),
        ),
        migrations.AddField(
            model_name='product',
            name='sale_ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='fin de vente'),
        ),
        migrations.AddField(
            model_name='product',
            name='support_ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='fin de support'),
        ),
        migrations.AddField(
            model_name='product',
            name='version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(models.F('name'), models.F('id'), name='device_by_name'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(models.Func(models.F('warranty_until'), output_field=models.IntegerField(), template="(coalesce(%(expressions)s, DATE '9999-12-31') - DATE '2000-01-01')"), models.F('id'), name='device_by_warranty'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(models.Func(models.F('installed_on'), output_field=models.IntegerField(), template="(coalesce(%(expressions)s, DATE '9999-12-31') - DATE '2000-01-01')"), models.F('id'), name='device_by_age'),
        ),
        migrations.AddIndex(
            model_name='device',
            index=models.Index(models.F('state'), models.F('name'), models.F('id'), name='device_by_state'),
        ),
    ]
