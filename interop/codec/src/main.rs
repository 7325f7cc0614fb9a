//! Reads messages from standard input, one a line in hexadecimal digits, and writes liminal's verdict
//! on each: the type of the frame and its bytes when encoded again (`-` if it cannot be), or `error`
//! and the reason code.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufWriter, Write};

use liminal_bus_protocol::{Frame, FrameType, ProtocolError, decode, encode, encoded_len};

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let message = from_hex(&line?)?;
        writeln!(out, "{}", verdict(&message))?;
    }
    out.flush()?;
    Ok(())
}

fn verdict(message: &[u8]) -> String {
    match decode(message) {
        Err(error) => refusal(error.reason_code()),
        // A message is one frame and nothing besides; the crate also reads streams of frames.
        Ok((_, consumed)) if consumed < message.len() => refusal(ProtocolError::CODEC_ERROR_CODE),
        Ok((frame, _)) => {
            let encoded = encoded(&frame).map_or_else(|_| "-".to_owned(), |bytes| to_hex(&bytes));
            format!("{} {encoded}", name(frame.frame_type()))
        }
    }
}

fn refusal(reason_code: u16) -> String {
    format!("error {reason_code}")
}

fn name(frame_type: FrameType) -> String {
    match frame_type {
        FrameType::Unknown(_) => "Unknown".to_owned(),
        known => format!("{known:?}"),
    }
}

fn encoded(frame: &Frame) -> Result<Vec<u8>, ProtocolError> {
    let mut bytes = vec![0; encoded_len(frame)?];
    encode(frame, &mut bytes)?;
    Ok(bytes)
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hex(hex: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    if !hex.is_ascii() || hex.len() % 2 != 0 {
        return Err(format!("not an even number of hexadecimal digits: {hex}").into());
    }
    (0..hex.len())
        .step_by(2)
        .map(|i| Ok(u8::from_str_radix(&hex[i..i + 2], 16)?))
        .collect()
}
