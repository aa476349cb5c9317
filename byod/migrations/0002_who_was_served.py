import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('byod', '0001_people_devices_policies_and_loans'),
        ('schools', '0053_a_key_opens_the_grants'),
        ('schools', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='ServedPupil',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('times', models.PositiveSmallIntegerField(default=0, verbose_name='fois servi')),
                ('last_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='dernière année servie')),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='served', to='byod.member')),
            ],
            options={
                'verbose_name': 'élève servi',
                'verbose_name_plural': 'élèves servis',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('last_year', None), ('times', 0)), models.Q(('last_year__isnull', False), ('times__gt', 0)), _connector='OR'), name='served_pupil_says_when')],
            },
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('served_at__isnull', False), ('state', 'served')), models.Q(models.Q(('state', 'served'), _negated=True), ('served_at', None)), _connector='OR'), name='loan_request_served_says_when'),
        ),
        migrations.AddConstraint(
            model_name='loanrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['refused', 'withdrawn']), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='loan_request_end_has_a_reason'),
        ),
    ]
