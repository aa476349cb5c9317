"""The same role of the same person twice at once is unstorable."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('schools', '0026_merge_identical_roles')]
    operations = [
        migrations.AddConstraint(
            model_name='role',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('user', '='), ('kind', '='), (django.db.models.functions.comparison.Cast('region', models.IntegerField()), '='), ('province', '='), (django.db.models.functions.comparison.Coalesce('authority', 0), '='), (django.db.models.functions.comparison.Coalesce('school', 0), '='), (django.db.models.functions.comparison.Coalesce('site', 0), '='), (models.Func('from_on', 'to_on', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True), function='daterange', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='role_not_twice_at_once'),
        ),
    ]
