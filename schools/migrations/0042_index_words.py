from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('schools', '0041_keep_words_beside_names')]
    operations = [
        migrations.AddIndex(
            model_name='authority',
            index=GinIndex(OpClass(models.F('words'), name='gin_trgm_ops'), name='authority_by_words'),
        ),
        migrations.AddIndex(
            model_name='municipality',
            index=GinIndex(OpClass(models.F('words'), name='gin_trgm_ops'), name='municipality_by_words'),
        ),
        migrations.AddIndex(
            model_name='school',
            index=GinIndex(OpClass(models.F('words'), name='gin_trgm_ops'), name='school_by_words'),
        ),
        migrations.AddIndex(
            model_name='site',
            index=GinIndex(OpClass(models.F('words'), name='gin_trgm_ops'), name='site_by_words'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=GinIndex(OpClass(models.F('words'), name='gin_trgm_ops'), name='person_by_words'),
        ),
        migrations.AddIndex(
            model_name='user',
            index=GinIndex(OpClass(models.F('email'), name='gin_trgm_ops'), name='person_by_email'),
        ),
    ]
