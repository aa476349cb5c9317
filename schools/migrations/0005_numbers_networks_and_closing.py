import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "0004_name_the_municipalities")]
    operations = [
        migrations.AddField(
            model_name='authority',
            name='closed_on',
            field=models.DateField(blank=True, null=True, verbose_name='fermé le'),
        ),
        migrations.AddField(
            model_name='room',
            name='closed_on',
            field=models.DateField(blank=True, null=True, verbose_name='fermé le'),
        ),
        migrations.AddField(
            model_name='school',
            name='closed_on',
            field=models.DateField(blank=True, null=True, verbose_name='fermée le'),
        ),
        migrations.AddField(
            model_name='school',
            name='kind',
            field=models.CharField(choices=[('school', 'école'), ('epn', 'espace public numérique'), ('training', 'centre de formation')], default='school', max_length=8, verbose_name='genre'),
        ),
        migrations.AddField(
            model_name='school',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='schools.school', verbose_name='fusionnée dans'),
        ),
        migrations.AddField(
            model_name='school',
            name='network',
            field=models.CharField(choices=[('wbe', 'WBE'), ('cpeons', 'CPEONS'), ('cecp', 'CECP'), ('segec', 'SeGEC'), ('felsi', 'FELSI'), ('dg', 'DG'), ('none', 'hors réseau')], null=True, max_length=10, verbose_name='réseau'),
        ),
        migrations.AddField(
            model_name='site',
            name='locality',
            field=models.CharField(blank=True, max_length=100, verbose_name='localité'),
        ),
        migrations.RemoveConstraint(model_name='site', name='site_fase_once'),
        migrations.RenameField(model_name='site', old_name='fase_number', new_name='number'),
        migrations.AlterField(
            model_name='site',
            name='number',
            field=models.CharField(blank=True, max_length=12, null=True, verbose_name='numéro d’implantation'),
        ),
        migrations.AddField(
            model_name='site',
            name='scheme',
            field=models.CharField(choices=[('fase', 'FASE'), ('dg', 'numéro DG'), ('bce', 'unité BCE')], default='fase', max_length=8, verbose_name='type de numéro'),
        ),
        migrations.AlterField(
            model_name='school',
            name='scheme',
            field=models.CharField(choices=[('fase', 'FASE'), ('dg', 'numéro DG'), ('bce', 'unité BCE')], default='fase', max_length=8, verbose_name='type de numéro'),
        ),
        migrations.RenameField(model_name='site', old_name='municipality', new_name='town'),
        migrations.AddField(
            model_name='site',
            name='municipality',
            field=models.ForeignKey(db_column='nis_code', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='schools.municipality', verbose_name='commune'),
        ),
        migrations.AddConstraint(
            model_name='school',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('closed_on__isnull', False), models.Q(('merged_into', models.F('pk')), _negated=True)), _connector='OR'), name='school_merged_is_closed'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.UniqueConstraint(fields=('scheme', 'number'), name='site_number_once'),
        ),
    ]
