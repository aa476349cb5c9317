import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "0005_numbers_networks_and_closing")]
    operations = [
        migrations.CreateModel(
            name='IseClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='année de référence')),
                ('value', models.CharField(max_length=3, verbose_name='classe ISE')),
            ],
            options={
                'verbose_name': 'classe ISE',
                'verbose_name_plural': 'classes ISE',
                'ordering': [models.OrderBy(models.F('year'), descending=True)],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('value__regex', '^([1-9]|1[0-9]|20)[ab]?$')), name='ise_class_is_1_to_20'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Teaching',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('maternel', 'maternel'), ('primaire', 'primaire'), ('secondaire', 'secondaire'), ('specialise', 'spécialisé'), ('cefa', 'CEFA'), ('promotion-sociale', 'promotion sociale')], max_length=20, verbose_name='niveau')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='arrêté le')),
            ],
            options={
                'verbose_name': 'enseignement organisé',
                'verbose_name_plural': 'enseignements organisés',
                'ordering': ['level'],
            },
        ),
        migrations.AddField(
            model_name='iseclass',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ise_classes', to='schools.site'),
        ),
        migrations.AddField(
            model_name='teaching',
            name='site',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='teachings', to='schools.site'),
        ),
        migrations.AddConstraint(
            model_name='iseclass',
            constraint=models.UniqueConstraint(fields=('site', 'year'), name='ise_class_once_a_year'),
        ),
        migrations.AddConstraint(
            model_name='teaching',
            constraint=models.UniqueConstraint(fields=('site', 'level'), name='teaching_once_per_site'),
        ),
    ]
