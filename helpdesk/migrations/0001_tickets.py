import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import helpdesk.models.conversation
import schools.migrating


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('inventory', '0001_catalogue_devices_network'),
        ('schools', '0001_places_people_agreements_audit'),
        ('schools', '__first__'),
        ('supervision', '0001_targets_checks_incidents'),
    ]

    operations = [
        schools.migrating.CreateModels(
            creations=[
                migrations.CreateModel(
                    name='Ticket',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('title', models.CharField(max_length=200, verbose_name='titre')),
                        ('kind', models.CharField(choices=[('incident', 'incident'), ('request', 'demande')], default='incident', max_length=8, verbose_name='type')),
                        ('priority', models.PositiveSmallIntegerField(choices=[(1, 'critique'), (2, 'haute'), (3, 'normale'), (4, 'basse')], default=3, verbose_name='priorité')),
                        ('state', models.CharField(choices=[('new', 'nouveau'), ('in_progress', 'en cours'), ('waiting', 'attend l’école'), ('resolved', 'résolu'), ('closed', 'clos')], default='new', max_length=12, verbose_name='état')),
                        ('subject', models.CharField(blank=True, max_length=16, verbose_name='sujet')),
                        ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='ouvert le')),
                        ('detected_at', models.DateTimeField(blank=True, null=True, verbose_name='détecté le')),
                        ('touched', models.BooleanField(default=False, verbose_name='traité par une personne')),
                        ('promise_s', models.PositiveIntegerField(blank=True, null=True, verbose_name='délai promis (s)')),
                        ('due_at', models.DateTimeField(blank=True, null=True, verbose_name='échéance')),
                        ('paused_at', models.DateTimeField(blank=True, null=True, verbose_name='en pause depuis')),
                        ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='résolu le')),
                        ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='clos le')),
                        ('resolution', models.CharField(blank=True, choices=[('remote', 'à distance'), ('contact', 'avec la personne de contact'), ('on_site', 'sur place'), ('by_itself', 'rétabli sans intervention')], max_length=10, verbose_name='mode de résolution')),
                        ('request_key', models.UUIDField(blank=True, editable=False, null=True)),
                        ('assignee', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='assigned_tickets', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.device')),
                        ('opened_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='schools.room')),
                        ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='schools.site')),
                    ],
                    options={
                        'verbose_name': 'ticket',
                        'verbose_name_plural': 'tickets',
                        'ordering': ['priority', 'due_at', 'id'],
                        'indexes': [models.Index(condition=models.Q(('state__in', ['new', 'in_progress', 'waiting'])), fields=['priority', 'due_at', 'id'], name='ticket_queue'), models.Index(fields=['site', '-opened_at'], name='ticket_by_site'), models.Index(fields=['assignee', 'state'], name='ticket_by_assignee')],
                        'constraints': [models.UniqueConstraint(fields=('request_key',), name='ticket_request_once'), models.CheckConstraint(condition=models.Q(models.Q(('resolved_at', None), ('state__in', ['new', 'in_progress', 'waiting'])), models.Q(('resolved_at__isnull', False), ('state__in', ['resolved', 'closed']), models.Q(('resolution', ''), _negated=True)), _connector='OR'), name='ticket_resolved_has_a_moment_and_a_mode'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('state', 'closed')), models.Q(models.Q(('state', 'closed'), _negated=True), ('closed_at', None)), _connector='OR'), name='ticket_closed_has_a_moment'), models.CheckConstraint(condition=models.Q(('paused_at', None), ('state', 'waiting'), _connector='OR'), name='ticket_paused_only_while_waiting')],
                    },
                ),
                migrations.CreateModel(
                    name='Comment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('body', models.TextField(max_length=5000, verbose_name='message')),
                        ('internal', models.BooleanField(default=False, verbose_name='note interne')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='helpdesk.ticket')),
                    ],
                    options={
                        'verbose_name': 'message',
                        'verbose_name_plural': 'messages',
                        'ordering': ['at', 'id'],
                        'indexes': [models.Index(fields=['ticket', 'at'], name='comment_by_ticket')],
                    },
                ),
                migrations.CreateModel(
                    name='TicketCause',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('role', models.CharField(choices=[('root', 'cause'), ('effect', 'conséquence')], max_length=6)),
                        ('linked_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('recovered_at', models.DateTimeField(blank=True, null=True)),
                        ('incident', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='supervision.incident')),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='causes', to='helpdesk.ticket')),
                    ],
                    options={
                        'verbose_name': 'cause',
                        'verbose_name_plural': 'causes',
                        'indexes': [models.Index(condition=models.Q(('recovered_at', None)), fields=['incident'], name='cause_not_yet_recovered')],
                    },
                ),
                migrations.CreateModel(
                    name='TicketEvent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('kind', models.CharField(choices=[('opened', 'ouvert'), ('confirmed', 'panne confirmée'), ('attached', 'conséquences rattachées'), ('recovered', 'rétabli'), ('relapsed', 'de nouveau en panne'), ('taken', 'pris en charge'), ('released', 'rendu à la file'), ('asked', 'contrôle visuel demandé'), ('answered', 'contrôle visuel répondu'), ('joined', 'signalement rattaché'), ('reported', 'signalé par l’école'), ('priority', 'priorité changée'), ('remote', 'action à distance'), ('resolved', 'résolu'), ('reopened', 'rouvert'), ('closed', 'clos')], max_length=10)),
                        ('actor_text', models.CharField(blank=True, max_length=200)),
                        ('internal', models.BooleanField(default=False)),
                        ('data', models.JSONField(default=dict)),
                        ('actor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='helpdesk.ticket')),
                    ],
                    options={
                        'verbose_name': 'événement du ticket',
                        'verbose_name_plural': 'événements du ticket',
                        'ordering': ['at', 'id'],
                        'indexes': [models.Index(fields=['ticket', 'at'], name='ticket_event_by_ticket')],
                    },
                ),
                migrations.CreateModel(
                    name='VisualCheck',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('questions', models.JSONField(default=list)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                        ('answers', models.JSONField(default=dict)),
                        ('note', models.TextField(blank=True, max_length=2000, verbose_name='autre chose à dire')),
                        ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='inventory.device')),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='visual_checks', to='helpdesk.ticket')),
                    ],
                    options={
                        'verbose_name': 'contrôle visuel',
                        'verbose_name_plural': 'contrôles visuels',
                        'ordering': ['asked_at'],
                        'constraints': [models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('ticket',), name='one_open_visual_check_per_ticket')],
                    },
                ),
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('internal', models.BooleanField(default=False)),
                        ('file', models.FileField(upload_to=helpdesk.models.conversation.attachment_path)),
                        ('content_type', models.CharField(max_length=40)),
                        ('size', models.PositiveIntegerField()),
                        ('at', models.DateTimeField(default=django.utils.timezone.now)),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('comment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='helpdesk.comment')),
                        ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='helpdesk.ticket')),
                        ('visual_check', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='helpdesk.visualcheck')),
                    ],
                    options={
                        'verbose_name': 'photo',
                        'verbose_name_plural': 'photos',
                        'ordering': ['at', 'id'],
                    },
                ),
            ],
        ),
    ]
