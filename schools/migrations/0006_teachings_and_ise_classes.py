import django.db.models.deletion
from django.db import migrations, models

import schools.migrating


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0005_numbers_networks_and_closing'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='IseClass',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='année de référence')),
                        ('value', models.CharField(max_length=3, verbose_name='classe ISE')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ise_classes', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'classe ISE',
                        'verbose_name_plural': 'classes ISE',
                        'ordering': [models.OrderBy(models.F('year'), descending=True)],
                        'constraints': [models.CheckConstraint(condition=models.Q(('value__regex', '^([1-9]|1[0-9]|20)[ab]?$')), name='ise_class_is_1_to_20'), models.UniqueConstraint(fields=('site', 'year'), name='ise_class_once_a_year')],
                    },
                ),
                migrations.CreateModel(
                    name='Teaching',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('level', models.CharField(choices=[('maternel', 'maternel'), ('primaire', 'primaire'), ('secondaire', 'secondaire'), ('specialise', 'spécialisé'), ('cefa', 'CEFA'), ('promotion-sociale', 'promotion sociale')], max_length=20, verbose_name='niveau')),
                        ('closed_on', models.DateField(blank=True, null=True, verbose_name='arrêté le')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teachings', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'enseignement organisé',
                        'verbose_name_plural': 'enseignements organisés',
                        'ordering': ['level'],
                        'constraints': [models.UniqueConstraint(fields=('site', 'level'), name='teaching_once_per_site')],
                    },
                ),
            ],
        ),
    ]
