"""Get- and PutBucketNotificationConfiguration (API Reference): all at once, checked whole before any of it is kept."""

from sandbox.aws.messages import Response
from sandbox.aws.s3 import notification
from sandbox.aws.s3.body import check_body
from sandbox.aws.s3.call import Call, answer_xml
from sandbox.aws.s3.delivery import Delivery
from sandbox.aws.s3.destinations import Directory, check_destinations
from sandbox.aws.s3.store import Store


class Notifying:
    """The notification configurations of the buckets."""

    def __init__(self, store: Store, delivery: Delivery, account: str, known: Directory) -> None:
        self._store, self._delivery, self._account, self._known = store, delivery, account, known

    def get(self, call: Call) -> Response:
        """GetBucketNotificationConfiguration; an empty document where nothing is configured."""
        configuration = self._store.bucket(call.bucket).notification
        return answer_xml("NotificationConfiguration", notification.write(configuration))

    def put(self, call: Call) -> Response:
        """PutBucketNotificationConfiguration; every queue and topic of it is sent a test event."""
        bucket = self._store.bucket(call.bucket)
        check_body(call.body, call.headers)
        configuration = notification.read(call.body)
        notification.check(configuration)
        if call.headers.get("x-amz-skip-destination-validation", "").lower() != "true":
            check_destinations(configuration, bucket, self._account, self._known)
        with self._store.lock:
            bucket.notification = configuration
            self._store.touch()
            for arn in dict.fromkeys(arn for arn, _ in notification.each(configuration)):
                self._delivery.test(bucket.name, arn, call.id)
        return Response(200)
