import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "0007_place_sites_in_municipalities")]
    operations = [
        migrations.RemoveIndex(model_name='site', name='site_by_province'),
        migrations.RemoveField(model_name='site', name='province'),
        migrations.RemoveField(model_name='site', name='town'),
        migrations.RemoveField(
            model_name='authority',
            name='network',
        ),
        migrations.AlterField(
            model_name='school',
            name='network',
            field=models.CharField(choices=[('wbe', 'WBE'), ('cpeons', 'CPEONS'), ('cecp', 'CECP'), ('segec', 'SeGEC'), ('felsi', 'FELSI'), ('dg', 'DG'), ('none', 'hors réseau')], max_length=10, verbose_name='réseau'),
        ),
        migrations.AlterField(
            model_name='site',
            name='municipality',
            field=models.ForeignKey(db_column='nis_code', on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='schools.municipality', verbose_name='commune'),
        ),
        migrations.AddField(
            model_name='site',
            name='province',
            field=models.GeneratedField(choices=[('brabant-wallon', 'Brabant wallon'), ('hainaut', 'Hainaut'), ('liege', 'Liège'), ('luxembourg', 'Luxembourg'), ('namur', 'Namur')], db_persist=True, expression=models.Case(models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('municipality_id'), 2), [models.Value('25')]), then=models.Value('brabant-wallon')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('municipality_id'), 2), [models.Value('51'), models.Value('52'), models.Value('53'), models.Value('54'), models.Value('55'), models.Value('56'), models.Value('57'), models.Value('58')]), then=models.Value('hainaut')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('municipality_id'), 2), [models.Value('61'), models.Value('62'), models.Value('63'), models.Value('64')]), then=models.Value('liege')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('municipality_id'), 2), [models.Value('81'), models.Value('82'), models.Value('83'), models.Value('84'), models.Value('85')]), then=models.Value('luxembourg')), models.When(django.db.models.lookups.In(django.db.models.functions.text.Left(models.F('municipality_id'), 2), [models.Value('91'), models.Value('92'), models.Value('93')]), then=models.Value('namur')), output_field=models.CharField(max_length=16)), output_field=models.CharField(max_length=16), verbose_name='province'),
        ),
        migrations.AddIndex(
            model_name='site',
            index=models.Index(fields=['province'], name='site_by_province'),
        ),
    ]
