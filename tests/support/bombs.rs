//! PDFs that are small on the wire and large once they are opened.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

const MIB: usize = 1024 * 1024;

/// A PDF of these objects, the first being its catalog.
fn written(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table += &format!("{:010} 00000 n \n", file.len());
        file.extend(format!("{} 0 obj\n", index + 1).into_bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let start = file.len();
    file.extend(table.into_bytes());
    let size = objects.len() + 1;
    let trailer = format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    file.extend(trailer.into_bytes());
    file
}

/// `piece` again and again, compressed.
fn deflated(start: &[u8], piece: &[u8], size: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(start).unwrap();
    let piece = piece.repeat(64 * 1024 / piece.len());
    for _ in 0..size / piece.len() {
        encoder.write_all(&piece).unwrap();
    }
    encoder.finish().unwrap()
}

fn stream(entries: &str, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut object =
        format!("<<{entries}/Filter/FlateDecode/Length {length}>>\nstream\n").into_bytes();
    object.extend(content);
    object.extend(b"\nendstream");
    object
}

fn pages(content: &str) -> Vec<Vec<u8>> {
    vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{content}>>").into_bytes(),
    ]
}

/// Object streams whose arrays are a hundred times as large in memory as in text.
pub fn object_streams() -> Vec<u8> {
    let content = deflated(b"9 0 [", b"0 ", 24 * MIB);
    let entries = "/Type/ObjStm/N 1/First 4";
    let mut objects = pages("");
    objects.extend((0..4).map(|_| stream(entries, &content)));
    written(&objects)
}

/// Arrays in arrays, deeper than any stack.
pub fn nested() -> Vec<u8> {
    let content = deflated(b"9 0 ", b"[", 4 * MIB);
    let mut objects = pages("");
    objects.push(stream("/Type/ObjStm/N 1/First 4", &content));
    written(&objects)
}

/// One page that draws for half a gibibyte.
pub fn content() -> Vec<u8> {
    let mut objects = pages("/Contents 4 0 R");
    objects.push(stream("", &deflated(b"", b"q\n", 512 * MIB)));
    written(&objects)
}
