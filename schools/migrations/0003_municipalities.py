import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0002_audit_is_append_only'),
    ]

    operations = [
        migrations.CreateModel(
            name='Municipality',
            fields=[
                ('nis_code', models.CharField(max_length=5, primary_key=True, serialize=False, verbose_name='code NIS')),
                ('name', models.CharField(max_length=60, verbose_name='nom')),
                ('name_de', models.CharField(blank=True, max_length=60, verbose_name='nom allemand')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='fusionnée le')),
                ('province', models.GeneratedField(choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], db_persist=True, expression=models.Case(models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('nis_code'), 2), [models.Value('25')]), then=models.Value('brabant-wallon')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('nis_code'), 2), [models.Value('51'), models.Value('52'), models.Value('53'), models.Value('54'), models.Value('55'), models.Value('56'), models.Value('57'), models.Value('58')]), then=models.Value('hainaut')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('nis_code'), 2), [models.Value('61'), models.Value('62'), models.Value('63'), models.Value('64')]), then=models.Value('liege')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('nis_code'), 2), [models.Value('81'), models.Value('82'), models.Value('83'), models.Value('84'), models.Value('85')]), then=models.Value('luxembourg')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('nis_code'), 2), [models.Value('91'), models.Value('92'), models.Value('93')]), then=models.Value('namur')), output_field=models.CharField(max_length=16)), output_field=models.CharField(max_length=16), verbose_name='province')),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='schools.municipality', verbose_name='devenue')),
            ],
            options={
                'verbose_name': 'commune',
                'verbose_name_plural': 'communes',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('nis_code__regex', '^(25|51|52|53|54|55|56|57|58|61|62|63|64|81|82|83|84|85|91|92|93)[0-9]{3}$')), name='municipality_of_wallonia'), models.CheckConstraint(condition=models.Q(('successor', None), ('closed_on__isnull', False), _connector='OR'), name='municipality_succeeded_is_closed')],
            },
        ),
    ]
