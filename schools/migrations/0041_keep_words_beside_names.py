from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('schools', '0040_fold_words_for_search')]
    operations = [
        migrations.AddField(
            model_name='authority',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), models.F('fase_number'), models.F('bce_number'), function='search_words'), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='municipality',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), models.F('name_de'), function='search_words'), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='school',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), models.F('number'), function='search_words'), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='site',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('name'), models.F('locality'), models.F('postcode'), models.F('number'), function='search_words'), output_field=models.TextField()),
        ),
        migrations.AddField(
            model_name='user',
            name='words',
            field=models.GeneratedField(db_persist=True, expression=models.Func(models.F('full_name'), function='search_words'), output_field=models.TextField()),
        ),
    ]
