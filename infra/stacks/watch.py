"""Watching: two topics, the alarms, a dashboard and a budget."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.code_packages import JOBS
from infra.config import Environment
from infra.parts.alarms import AlarmRule, Figure, Urgency, alarm_rules
from infra.parts.environment_stack import EnvironmentStack
from infra.stacks.keys import Keys
from infra.stacks.serve import Serve
from onecrown.definitions.contracts import Contract

_BUDGET_WARNINGS = (80, 100)


class Watch(EnvironmentStack):
    """`topics` by urgency, `alarms` by name."""

    def __init__(
        self, scope: Construct, *, environment: Environment, keys: Keys, serve: Serve, contracts: Iterable[Contract]
    ) -> None:
        super().__init__(scope, "watch", environment=environment, description="Alarms, dashboard, budget.")
        self.add_stack_dependency(serve)
        self._keys = keys
        self.topics = {urgency: self._topic(urgency) for urgency in Urgency}
        workgroups = {audience: group.name for audience, group in serve.workgroups.items()}
        rules = alarm_rules(environment, self.addresses, workgroups, contracts)
        self.alarms = {rule.name: self._alarm(rule) for rule in rules}
        self._page_on_deleted_keys()
        self._mail_on_failed_jobs()
        self._budget()
        self._dashboard(rules)
        for urgency, topic in self.topics.items():
            self.say(f"{urgency.capitalize()}Topic", topic.topic_arn, f"Where alarms that {urgency} go")

    def _topic(self, urgency: Urgency) -> sns.Topic:
        topic = sns.Topic(
            self,
            urgency.capitalize(),
            topic_name=self.addresses.name(urgency),
            master_key=self._keys.results,
            enforce_ssl=True,
        )
        _let_publish(
            topic,
            "cloudwatch",
            {"ArnLike": {"aws:SourceArn": self.addresses.arn("cloudwatch", f"alarm:{self.addresses.name('')}*")}},
        )
        if self.config.alarm_mail:
            topic.add_subscription(subscriptions.EmailSubscription(self.config.alarm_mail))
        return topic

    def _alarm(self, rule: AlarmRule) -> cloudwatch.Alarm:
        alarm = cloudwatch.Alarm(
            self,
            _construct_id(rule.name),
            alarm_name=self.addresses.name(rule.name),
            alarm_description=rule.says,
            metric=_measured(rule, self.config.name),
            threshold=1 if rule.needs_data else rule.above,
            evaluation_periods=1,
            comparison_operator=_comparison(rule),
            treat_missing_data=_silence(rule),
        )
        alarm.add_alarm_action(actions.SnsAction(self.topics[rule.urgency]))
        return alarm

    def _page_on_deleted_keys(self) -> None:
        """A key that is gone takes with it all that it encrypts: 30 days are left to cancel."""
        topic, name = self.topics[Urgency.PAGE], self.addresses.name("key-deletion")
        keys = [key.key_arn for key in (self._keys.landing, self._keys.lake, self._keys.results)]
        events.CfnRule(
            self,
            "KeyDeletion",
            name=name,
            description="Somebody schedules the deletion of one of our keys, or disables it.",
            event_pattern={
                "source": ["aws.kms"],
                "detail-type": ["AWS API Call via CloudTrail"],
                "detail": {
                    "eventName": ["ScheduleKeyDeletion", "DisableKey"],
                    "resources": {"ARN": keys},
                },
            },
            targets=[events.CfnRule.TargetProperty(id="page", arn=topic.topic_arn)],
        )
        _let_publish(topic, "events", {"ArnEquals": {"aws:SourceArn": self.addresses.arn("events", f"rule/{name}")}})

    def _mail_on_failed_jobs(self) -> None:
        """A job that nobody waits for fails unseen otherwise. Merges have an alarm: the machine tries them again."""
        topic, name = self.topics[Urgency.MAIL], self.addresses.name("job-failed")
        events.CfnRule(
            self,
            "JobFailed",
            name=name,
            description="A job other than the merge has ended without success; its log says why.",
            event_pattern={
                "source": ["aws.glue"],
                "detail-type": ["Glue Job State Change"],
                "detail": {
                    "jobName": [self.addresses.name(job) for job in JOBS if job != "merge_drops"],
                    "state": ["FAILED", "TIMEOUT", "STOPPED"],
                },
            },
            targets=[events.CfnRule.TargetProperty(id="mail", arn=topic.topic_arn)],
        )
        _let_publish(topic, "events", {"ArnEquals": {"aws:SourceArn": self.addresses.arn("events", f"rule/{name}")}})

    def _budget(self) -> None:
        topic = self.topics[Urgency.MAIL]
        _let_publish(topic, "budgets", {"StringEquals": {"aws:SourceAccount": self.account}})
        subscriber = budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic.topic_arn)
        budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_name=self.addresses.name("monthly"),
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=self.config.monthly_budget, unit="USD"),
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        comparison_operator="GREATER_THAN",
                        notification_type="FORECASTED" if percent == _BUDGET_WARNINGS[-1] else "ACTUAL",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=[subscriber],
                )
                for percent in _BUDGET_WARNINGS
            ],
        )

    def _dashboard(self, rules: Sequence[AlarmRule]) -> None:
        widgets = [
            cloudwatch.GraphWidget(title=rule.says, left=[_measured(rule, self.config.name)], width=8) for rule in rules
        ]
        state = cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(self.alarms.values()), width=24)
        cloudwatch.Dashboard(
            self, "Dashboard", dashboard_name=self.addresses.name("onecrown"), widgets=[[state], list(widgets)]
        )


def _measured(rule: AlarmRule, environment: str) -> cloudwatch.IMetric:
    if rule.share_of is not None:
        return _calculated(rule, environment, "part / whole", {"part": rule.figure, "whole": rule.share_of})
    if rule.plus:
        every = {f"m{number}": figure for number, figure in enumerate((rule.figure, *rule.plus))}
        whole = " + ".join(f"FILL({name}, 0)" for name in every)  # who did not run has told nothing
        return _calculated(rule, environment, whole, every)
    return rule.figure.metric(environment, rule.minutes)


def _calculated(
    rule: AlarmRule, environment: str, expression: str, figures: Mapping[str, Figure]
) -> cloudwatch.MathExpression:
    metrics: dict[str, cloudwatch.IMetric] = {
        name: figure.metric(environment, rule.minutes) for name, figure in figures.items()
    }
    return cloudwatch.MathExpression(
        expression=expression, using_metrics=metrics, period=cdk.Duration.minutes(rule.minutes), label=rule.name
    )


def _comparison(rule: AlarmRule) -> cloudwatch.ComparisonOperator:
    if rule.needs_data:
        return cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD
    return cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD


def _silence(rule: AlarmRule) -> cloudwatch.TreatMissingData:
    return cloudwatch.TreatMissingData.BREACHING if rule.needs_data else cloudwatch.TreatMissingData.NOT_BREACHING


def _let_publish(topic: sns.Topic, service: str, condition: Mapping[str, object]) -> None:
    topic.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
            actions=["sns:Publish"],
            resources=[topic.topic_arn],
            conditions=condition,
        )
    )


def _construct_id(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("_", "-").split("-"))
