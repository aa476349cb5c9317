
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lab', '0001_faults'),
    ]

    operations = [
        migrations.AlterField(
            model_name='fault',
            name='kind',
            field=models.CharField(choices=[('unplug', 'débranché'), ('uplink_cut', 'liaison coupée'), ('slow', 'lent'), ('reboot', 'redémarrage'), ('wrong_credentials', 'identifiants changés'), ('flapping', 'lien instable'), ('power_cut', 'courant coupé'), ('threshold', 'seuil dépassé'), ('port_down', 'port fermé'), ('by_hand', 'configuration changée à la main')], max_length=20, verbose_name='panne'),
        ),
    ]
