import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.lookups
import django.utils.timezone
from django.db import migrations, models

# A WiFi network opens on a VLAN of its own site, whichever of the two is written.
SAME_SITE = """
ALTER TABLE inventory_ssid ADD CONSTRAINT ssid_vlan_of_its_site
    FOREIGN KEY (vlan_id, site_id) REFERENCES inventory_vlan (id, site_id);
CREATE TRIGGER vlan_counts_version BEFORE UPDATE ON inventory_vlan
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
CREATE TRIGGER ssid_counts_version BEFORE UPDATE ON inventory_ssid
    FOR EACH ROW EXECUTE FUNCTION inventory_count_version();
"""
UNDO = """
DROP TRIGGER ssid_counts_version ON inventory_ssid;
DROP TRIGGER vlan_counts_version ON inventory_vlan;
ALTER TABLE inventory_ssid DROP CONSTRAINT ssid_vlan_of_its_site;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('inventory', '0011_kit_versions_freeze'),
        ('schools', '0042_index_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Vlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vid', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(4094)], verbose_name='numéro')),
                ('name', models.CharField(max_length=32, verbose_name='nom')),
                ('purpose', models.CharField(choices=[('management', 'gestion du réseau'), ('teaching', 'pédagogie'), ('administration', 'administration'), ('byod', 'appareils personnels'), ('guests', 'invités'), ('voice', 'téléphonie'), ('other', 'autre usage')], default='other', max_length=16, verbose_name='usage')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='vlans', to='schools.site', verbose_name='implantation')),
            ],
            options={
                'verbose_name': 'VLAN',
                'verbose_name_plural': 'VLAN',
                'ordering': ['site', 'vid'],
                'constraints': [
                    models.UniqueConstraint(fields=('site', 'vid'), name='vlan_vid_once_per_site'),
                    models.UniqueConstraint(fields=('site', 'name'), name='vlan_name_once_per_site'),
                    models.UniqueConstraint(fields=('id', 'site'), name='vlan_and_its_site'),
                    models.CheckConstraint(condition=models.Q(('vid__range', (1, 4094))), name='vlan_vid_is_possible'),
                    models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='vlan_has_a_name'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Ssid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, verbose_name='nom')),
                ('security', models.CharField(choices=[('open', 'ouvert'), ('wpa2_personal', 'WPA2, mot de passe commun'), ('wpa2_enterprise', 'WPA2, compte personnel (802.1X)'), ('wpa3_personal', 'WPA3, mot de passe commun'), ('wpa3_enterprise', 'WPA3, compte personnel (802.1X)')], default='wpa2_enterprise', max_length=16, verbose_name='accès')),
                ('enabled', models.BooleanField(default=True, verbose_name='en service')),
                ('hidden', models.BooleanField(default=False, verbose_name='nom masqué')),
                ('band', models.CharField(choices=[('both', 'toutes les bandes'), ('2.4', '2,4 GHz'), ('5', '5 GHz'), ('6', '6 GHz')], default='both', max_length=4, verbose_name='bande')),
                ('sealed', models.TextField(blank=True, default='', editable=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modifié le')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ssids', to='schools.site', verbose_name='implantation')),
                ('vlan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ssids', to='inventory.vlan', verbose_name='VLAN')),
            ],
            options={
                'verbose_name': 'réseau WiFi',
                'verbose_name_plural': 'réseaux WiFi',
                'ordering': ['site', 'name'],
                'constraints': [
                    models.UniqueConstraint(fields=('site', 'name'), name='ssid_name_once_per_site'),
                    models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='ssid_has_a_name'),
                    models.CheckConstraint(condition=django.db.models.lookups.LessThanOrEqual(models.Func(django.db.models.functions.comparison.Cast(models.F('name'), models.TextField()), function='octet_length', output_field=models.IntegerField()), 32), name='ssid_fits_in_32_bytes', violation_error_message='Ce nom dépasse 32 octets. Raccourcissez-le.'),
                    models.CheckConstraint(condition=models.Q(('sealed', ''), ('security__in', ['wpa2_personal', 'wpa3_personal']), _connector='OR'), name='ssid_passphrase_only_where_common'),
                ],
            },
        ),
        migrations.RunSQL(SAME_SITE, UNDO),
    ]
