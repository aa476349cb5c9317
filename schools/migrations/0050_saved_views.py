import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("schools", "0042_index_words")]
    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(max_length=80, verbose_name='liste')),
                ('name', models.CharField(max_length=40, verbose_name='nom')),
                ('query', models.CharField(max_length=1000, verbose_name='filtres')),
                ('shared_with', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('central_technician', 'helpdesk régional'), ('local_technician', 'technicien local'), ('contact', 'personne de contact'), ('head', 'direction d’école'), ('authority', 'pouvoir organisateur'), ('officer', 'agent du SPW')], max_length=24), blank=True, default=list, size=None)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'vue enregistrée',
                'verbose_name_plural': 'vues enregistrées',
                'ordering': [django.db.models.functions.text.Lower('name'), 'id'],
                'constraints': [models.UniqueConstraint(models.F('owner'), models.F('page'), django.db.models.functions.text.Lower('name'), name='saved_view_once_per_list')],
            },
        ),
    ]
