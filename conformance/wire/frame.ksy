meta:
  id: frame
  title: One frame of the worker front door
  license: Apache-2.0
  ks-version: "0.10"
  endian: be
  encoding: UTF-8
doc: |
  One message between a worker and the front door: a header of ten bytes, a payload, and nothing
  behind it. The names are those of the vectors. A reader must also refuse a string that is not
  well-formed UTF-8; not every runtime of Kaitai Struct does so by itself.
seq:
  - id: type_id
    type: u1
    enum: frame_type
  - id: flags
    type: u1
  - id: stream_id
    type: u4
    valid:
      expr: 'is_control ? _ == 0 : (not is_known or _ > 0)'
    doc: 0 for control frames, 1 or more for the other known ones, anything for unknown ones
  - id: len_body
    type: u4
  - id: body
    size: len_body
    type:
      switch-on: type_id
      cases:
        'frame_type::connect': connect
        'frame_type::connect_ack': connect_ack
        'frame_type::connect_error': error
        'frame_type::disconnect': empty
        'frame_type::subscribe': subscribe
        'frame_type::subscribe_ack': subscribe_ack
        'frame_type::subscribe_error': error
        'frame_type::unsubscribe': unsubscribe
        'frame_type::publish': publish
        'frame_type::publish_ack': publish_ack
        'frame_type::publish_error': error
        'frame_type::conversation_open': conversation_open
        'frame_type::conversation_message': conversation_message
        'frame_type::conversation_close': conversation_close
        'frame_type::conversation_error': conversation_error
        'frame_type::accept': accept
        'frame_type::defer': verdict
        'frame_type::reject': verdict
        'frame_type::ping': empty
        'frame_type::pong': empty
        'frame_type::push': push
        'frame_type::push_reply': push
        'frame_type::worker_register': worker_register
        'frame_type::worker_register_ack': worker_register_ack
        'frame_type::deliver': deliver
        'frame_type::link_open': link_open
        'frame_type::link_open_ack': link_open_ack
        'frame_type::link_message': link_message
        'frame_type::disconnect_reason': disconnect_reason
  - id: nothing_behind
    type: nothing
instances:
  is_known:
    value: (type_id.to_i >= 0x01 and type_id.to_i <= 0x19) or (type_id.to_i >= 0x1d and type_id.to_i <= 0x20)
  is_control:
    value: >-
      type_id == frame_type::connect or type_id == frame_type::connect_ack or type_id == frame_type::connect_error
      or type_id == frame_type::disconnect or type_id == frame_type::ping or type_id == frame_type::pong
      or type_id == frame_type::worker_register or type_id == frame_type::worker_register_ack
      or type_id == frame_type::disconnect_reason
enums:
  frame_type:
    0x01: connect
    0x02: connect_ack
    0x03: connect_error
    0x04: disconnect
    0x05: subscribe
    0x06: subscribe_ack
    0x07: subscribe_error
    0x08: unsubscribe
    0x09: publish
    0x0a: publish_ack
    0x0b: publish_error
    0x0c: conversation_open
    0x0d: conversation_message
    0x0e: conversation_close
    0x0f: conversation_error
    0x10: accept
    0x11: defer
    0x12: reject
    0x13: ping
    0x14: pong
    0x15: push
    0x16: push_reply
    0x17: worker_register
    0x18: worker_register_ack
    0x19: deliver
    0x1d: link_open
    0x1e: link_open_ack
    0x1f: link_message
    0x20: disconnect_reason
  link_end:
    0: export
    1: import
types:
  nothing:
    doc: The end of what holds it.
    seq:
      - id: rest
        size-eos: true
        valid:
          expr: _.size == 0
  blob:
    seq:
      - id: len
        type: u4
      - id: value
        size: len
  text:
    seq:
      - id: len
        type: u4
      - id: value
        type: str
        size: len
  optional_text:
    seq:
      - id: tag
        type: u1
        valid:
          any-of: [0, 1]
      - id: present
        type: text
        if: tag == 1
  optional_u2:
    seq:
      - id: tag
        type: u1
        valid:
          any-of: [0, 1]
      - id: present
        type: u2
        if: tag == 1
  optional_u8:
    seq:
      - id: tag
        type: u1
        valid:
          any-of: [0, 1]
      - id: present
        type: u8
        if: tag == 1
  texts:
    seq:
      - id: count
        type: u4
      - id: items
        type: text
        repeat: expr
        repeat-expr: count
  version:
    seq:
      - id: major
        type: u2
      - id: minor
        type: u2
  sized_envelope:
    seq:
      - id: len
        type: u4
      - id: value
        size: len
        type: envelope
  envelope:
    seq:
      - id: schema_id
        size: 32
      - id: len_cause
        type: u4
      - id: cause
        size: len_cause
        type: cause
      - id: payload
        type: blob
      - id: nothing_behind
        type: nothing
  cause:
    seq:
      - id: parent_id
        type: optional_text
      - id: vector_clock
        type: optional_u8
      - id: nothing_behind
        type: nothing
  empty:
    seq:
      - id: nothing_behind
        type: nothing
  connect:
    seq:
      - id: min_version
        type: version
      - id: max_version
        type: version
      - id: auth_token
        type: blob
      - id: nothing_behind
        type: nothing
  connect_ack:
    seq:
      - id: selected_version
        type: version
      - id: capabilities
        type: u4
      - id: nothing_behind
        type: nothing
  error:
    seq:
      - id: reason_code
        type: u2
      - id: message
        type: optional_text
      - id: nothing_behind
        type: nothing
  subscribe:
    seq:
      - id: channel
        type: text
      - id: count
        type: u4
      - id: accepted_schemas
        size: 32
        repeat: expr
        repeat-expr: count
      - id: max_in_flight
        type: u4
        valid:
          min: 1
      - id: nothing_behind
        type: nothing
  subscribe_ack:
    seq:
      - id: subscription_id
        type: u8
      - id: selected_schema
        size: 32
      - id: nothing_behind
        type: nothing
  unsubscribe:
    seq:
      - id: subscription_id
        type: u8
      - id: nothing_behind
        type: nothing
  publish:
    seq:
      - id: channel
        type: text
      - id: envelope
        type: sized_envelope
      - id: idempotency_key
        type: text
        if: (_root.flags & 2) != 0
      - id: nothing_behind
        type: nothing
  publish_ack:
    seq:
      - id: message_id
        type: u8
      - id: durable_position
        type: u8
        if: (_root.flags & 2) != 0
      - id: nothing_behind
        type: nothing
  conversation_open:
    seq:
      - id: conversation_id
        type: u8
      - id: subject
        type: text
      - id: nothing_behind
        type: nothing
  conversation_message:
    seq:
      - id: conversation_id
        type: u8
      - id: envelope
        type: sized_envelope
      - id: nothing_behind
        type: nothing
  conversation_close:
    seq:
      - id: conversation_id
        type: u8
      - id: reason_code
        type: optional_u2
      - id: message
        type: optional_text
      - id: nothing_behind
        type: nothing
  conversation_error:
    seq:
      - id: conversation_id
        type: u8
      - id: reason_code
        type: u2
      - id: message
        type: optional_text
      - id: nothing_behind
        type: nothing
  accept:
    seq:
      - id: message_id
        type: text
      - id: nothing_behind
        type: nothing
  verdict:
    seq:
      - id: message_id
        type: text
      - id: reason
        type: optional_text
      - id: nothing_behind
        type: nothing
  push:
    doc: A Push, or a PushReply. Flag 1 of a PushReply says that its payload is a refusal.
    seq:
      - id: correlation_id
        type: u8
      - id: payload
        type: blob
      - id: nothing_behind
        type: nothing
  worker_register:
    seq:
      - id: namespaces
        type: texts
      - id: task_queue
        type: text
      - id: node
        type: optional_text
      - id: activity_types
        type: texts
      - id: identity
        type: text
      - id: activities
        type: activities
        if: not _io.eof
        doc: missing in the frames of older workers, which means none
      - id: nothing_behind
        type: nothing
  activities:
    seq:
      - id: count
        type: u4
      - id: items
        type: activity
        repeat: expr
        repeat-expr: count
  activity:
    seq:
      - id: name
        type: text
      - id: input_schema_json
        type: text
      - id: output_schema_json
        type: text
  worker_register_ack:
    seq:
      - id: rejection
        type: optional_text
        doc: absent if the worker is accepted
      - id: nothing_behind
        type: nothing
  deliver:
    seq:
      - id: delivery_seq
        type: u8
      - id: envelope
        type: sized_envelope
      - id: message
        type: message_id
        if: (_root.flags & 1) != 0
      - id: nothing_behind
        type: nothing
  message_id:
    seq:
      - id: boot
        type: u8
      - id: id
        type: u8
  link_open:
    seq:
      - id: link_id
        type: text
      - id: end
        type: u1
        enum: link_end
        valid:
          any-of: ['link_end::export', 'link_end::import']
      - id: machine
        size: 32
      - id: handshake
        type: blob
      - id: nothing_behind
        type: nothing
  link_open_ack:
    seq:
      - id: status
        type: u1
        valid:
          max: 2
      - id: handshake
        type: blob
        if: status == 0
      - id: grant
        type: text
        if: status == 1
      - id: draft
        type: text
        if: status == 1
      - id: reason
        type: text
        if: status == 2
      - id: nothing_behind
        type: nothing
  link_message:
    seq:
      - id: subject
        type: text
      - id: sealed
        type: blob
      - id: nothing_behind
        type: nothing
  disconnect_reason:
    seq:
      - id: layout
        contents: [1]
      - id: reason_code
        type: u2
        valid:
          any-of: [1, 2]
      - id: name
        type: text
      - id: known_name
        size: 0
        valid:
          expr: 'name.value == (reason_code == 1 ? "grant_revoked" : "revocation_log_reset")'
      - id: nothing_behind
        type: nothing
