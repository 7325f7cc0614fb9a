package com.example.dispatcher;

/** A worker of any instance. */
record WorkerId(String instance, long pid) {}
