//! Files of records: `agency check` refuses what is damaged, misdescribed or too short, and takes the file that the step leads to.

use super::super::{AGENCIES, World};
use super::followed::Followed;

/// The file, and what it is changed into.
type Change<'a> = &'a dyn Fn(&str) -> Vec<u8>;

pub(super) fn follow(drafted: &World, followed: &mut Followed) {
    let world = &mut drafted.copy();
    let data = world.path("data").join(AGENCIES[0]);
    let good = std::fs::read_to_string(data.join("people.csv")).expect("people");
    let good = String::from_utf8(first_rows(&good, 70)).expect("a text");
    let map = std::fs::read_to_string(data.join("people.columns.toml")).expect("a map");
    let (header, rows) = good.split_once('\n').expect("a header");
    let each = |change: &dyn Fn(usize, &str) -> String| {
        let rows: String = rows.lines().enumerate().map(|(at, row)| change(at, row) + "\n").collect();
        format!("{header}\n{rows}").into_bytes()
    };
    let (input, columns) = (world.path("in.csv"), world.path("map.toml"));
    let line = format!("agency check {} --columns {}", input.display(), columns.display());
    let act = (AGENCIES[0], line.as_str());
    std::fs::write(&columns, &map).expect("written");
    std::fs::write(&input, &good).expect("written");

    // The file comes again, as it should be.
    let files: &[(&str, &str, Change<'_>)] = &[
        ("SYM-0308", "Check the path and the export", &|_| Vec::new()),
        ("SYM-0314", "Check the export", &|_| format!("{header}\n").into_bytes()),
        ("SYM-0316", "Wait until there are enough", &|text| first_rows(text, 20)),
        ("SYM-0307", "Rename one of them", &|text| text.replacen("ref,role", "ref,ref", 1).into_bytes()),
        ("SYM-0318", "Mend the row that is named", &|text| {
            format!("{text}\"an open quote\n{}", "a line\n".repeat(1000)).into_bytes()
        }),
        ("SYM-0313", "Compare the map with the file's header", &|text| {
            text.replacen("ref,role", "reference,role", 1).into_bytes()
        }),
        ("SYM-0317", "Look at the quarantine list", &|_| {
            each(&|at, row| if at % 5 == 0 { row.replace('/', "-") } else { row.to_owned() })
        }),
        ("SYM-0301", "Look at the quarantine list", &|_| each(&|_, row| format!("{row},one more"))),
        ("SYM-0302", "Check the role column", &|_| {
            each(&|_, row| row.replace("organiser", "migrant").replace("gain", "free"))
        }),
        ("SYM-0323", "There is no way to admit it", &|_| {
            let rows: String = rows.lines().map(|row| format!("{row},\n")).collect();
            format!("{header},asylum_case\n{rows}").into_bytes()
        }),
    ];
    for (code, says, change) in files {
        followed.restored(world, (code, says), &input, |_| change(&good), act);
    }

    // The map is mended.
    std::fs::write(&columns, "[birthdate]\ncolumns = [\"dob\"]\n").expect("written");
    let mended = |_: &mut World| std::fs::write(&columns, &map).expect("written");
    followed.again(world, ("SYM-0312", "Mend the line that is named"), act, mended);

    // Or an option says what it leaves out, where the header has a name that nobody knows.
    let file = world.path("named.csv");
    let named = |from: &str, to: &str| {
        std::fs::write(&file, format!("{}\n{rows}", header.replacen(from, to, 1))).expect("written");
    };
    let with_map = format!("agency check {} --columns {}", file.display(), columns.display());
    for (code, says, table, [from, to], option) in [
        ("SYM-0320", "--map FIELD=", "document", ["doc_no,doc_country", "paper,land"], "--map document="),
        ("SYM-0320", "Name its column", "document", ["doc_no,doc_country", "paper,land"], "--map document=paper+land"),
        ("SYM-0322", "--map role=COLUMN", "role", ["ref,role", "ref,part"], "--map role=part"),
    ] {
        named(from, to);
        std::fs::write(&columns, without(&map, table)).expect("written");
        followed.instead(world, (code, says), (AGENCIES[0], &with_map), (AGENCIES[0], &format!("{with_map} {option}")));
    }
    std::fs::write(&columns, &map).expect("written");
    named("ref,", "zz,");
    let bare = format!("agency check {}", file.display());
    let mapped = " --map role=role --map person-name=family+given+patronymic --map birth-date=dob:%d/%m/%Y \
                  --map document=doc_no+doc_country";
    let stated = format!("{bare}{mapped} --map id=zz");
    followed.instead(world, ("SYM-0321", "--map id=COLUMN"), (AGENCIES[0], &bare), (AGENCIES[0], &stated));

    // Bytes that no UTF-8 has.
    let latin: Vec<u8> =
        [good.as_bytes(), rows.lines().next().expect("a row").replacen("AUR-", "XUR-\u{7f}", 1).as_bytes()].concat();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == 0x7f { 0xe4 } else { byte }).chain([b'\n']).collect();
    std::fs::write(&input, latin).expect("written");
    let stated = |label: &str| format!("{line} --encoding {label}");
    let read = stated("windows-1252");
    followed.instead(world, ("SYM-0315", "with --encoding"), act, (AGENCIES[0], &read));
    followed.instead(world, ("SYM-0309", "Use a label"), (AGENCIES[0], &stated("no-such")), (AGENCIES[0], &read));

    // What is called Parquet and is none.
    let parquet = world.path("in.parquet");
    std::fs::write(&parquet, "PAR1 and no more").expect("written");
    std::fs::write(&columns, map.replace("format = \"csv\"\n", "")).expect("written");
    let damaged = format!("agency check {} --columns {}", parquet.display(), columns.display());
    followed.instead(world, ("SYM-0306", "Export it again"), (AGENCIES[0], &damaged), (AGENCIES[0], &read));

    // A format that neither name nor map tell; two separators in a header.
    let unnamed = world.path("in.dat");
    std::fs::write(&unnamed, &good).expect("written");
    std::fs::write(&columns, map.replace("format = \"csv\"\n", "")).expect("written");
    let line = format!("agency check {} --columns {}", unnamed.display(), columns.display());
    let state = |_: &mut World| std::fs::write(&columns, &map).expect("written");
    followed.again(world, ("SYM-0319", "as `format` in the column map"), (AGENCIES[0], &line), state);
    let renamed = |to: &str, header: &str| {
        let path = world.path(to);
        std::fs::write(&path, format!("{header}\n{rows}")).expect("written");
        format!("agency check {}", path.display())
    };
    let several = renamed("several.csv", &header.replacen("patronymic", "date_of_birth", 1));
    let several_said = format!("{several}{} --map id=ref", mapped.replace("+patronymic", ""));
    followed.instead(world, ("SYM-0303", "--map FIELD=COLUMN"), (AGENCIES[0], &several), (AGENCIES[0], &several_said));
}

fn first_rows(text: &str, rows: usize) -> Vec<u8> {
    text.lines().take(rows + 1).flat_map(|line| [line, "\n"]).collect::<String>().into_bytes()
}

/// The map without one of its tables.
fn without(map: &str, table: &str) -> Vec<u8> {
    let mut map: toml::Table = map.parse().expect("TOML");
    map.remove(table).expect("it is there");
    map.to_string().into_bytes()
}
