package com.example.dispatcher;

/** Which workers may execute a task: those of a task queue that have an activity type. */
record Route(String taskQueue, String activityType) {}
