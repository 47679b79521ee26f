//! Vietnamese names: one of few surnames, middle name, given name, with all diacritics.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Script, System, Table, as_written};

pub(super) static SYSTEM: System = System {
    name: "vietnamese",
    script: Script::Latin,
    new_year: 20,
    person,
    given,
    alias: |gender, draws| vec![given(gender, draws).remove(1)],
    romanise: as_written,
};

static SURNAMES: LazyLock<Table> = LazyLock::new(|| Table::words(SURNAME_TEXT, 1));
static MIDDLE_MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MIDDLE_MEN_TEXT, 3));
static MIDDLE_WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(MIDDLE_WOMEN_TEXT, 2));
static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MEN_TEXT, 12));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(WOMEN_TEXT, 12));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let mut parts = vec![super::part(PartKind::Family, &SURNAMES, draws)];
    parts.extend(given(gender, draws));
    parts
}

/// Middle name, then given name; one in five has two syllables as given name.
fn given(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let (middle, own) = if gender == Gender::Male { (&MIDDLE_MEN, &MEN) } else { (&MIDDLE_WOMEN, &WOMEN) };
    let middle = super::part(PartKind::SecondGiven, middle, draws);
    let last = super::part(PartKind::Given, own, draws);
    if draws.chance(0.2) {
        let first = own.pick(draws);
        return vec![middle, Part::new(PartKind::Given, format!("{} {}", first.native, last.native))];
    }
    vec![middle, last]
}

const SURNAME_TEXT: &str = "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Đoàn Lâm Trịnh \
    Mai Trương Hà Cao Đào Lương Tô Tạ Châu Thái Chu Quách La Vương Kiều Phùng Tống Triệu Thạch Nghiêm";
const MIDDLE_MEN_TEXT: &str = "Văn Đức Hữu Minh Quang Xuân Thanh Ngọc Công Đình Quốc Anh Trọng Tuấn Thành Hoàng Duy Bá \
    Gia Viết Tiến Mạnh Khắc Nhật Hồng Việt Phú Vĩnh Thế Sỹ Trung Huy";
const MIDDLE_WOMEN_TEXT: &str = "Thị Ngọc Thanh Kim Thu Hồng Phương Bích Mỹ Minh Thùy Hoài Diệu Tuyết Như Khánh Bảo Lan \
    Mai Quỳnh Xuân Hải Ánh Cẩm Thúy Tường Yến Diễm";
const MEN_TEXT: &str = "Hùng Dũng Tuấn Minh Nam Long Hải Sơn Thắng Cường Tùng Hiếu Quân Đức Trung Hoàng Khoa Phúc Bình \
    An Duy Huy Khánh Linh Lộc Mạnh Nghĩa Phong Quang Sang Tài Tâm Tân Thành Thịnh Thông Tiến Toàn Trí Trường Tú Việt \
    Vinh Vũ Bảo Châu Chiến Công Đạt Điền Giang Hậu Hiệp Hòa Hưng Kiên Kiệt Lâm Luân Lực Nhân Nhật Phát Phước Quý Quyết \
    Tín Thái Thiện Triết Trọng Tường Văn Vương Xuân Đông Khải Khang Khôi Ngọc";
const WOMEN_TEXT: &str = "Hương Lan Hoa Hạnh Mai Linh Trang Thảo Hà Ngọc Phương Thu Thủy Yến Nga Nhung Hằng Hiền Huệ Liên \
    Loan Ly My Ngân Nguyệt Nhi Oanh Phượng Quyên Quỳnh Tâm Thanh Thơm Thúy Tiên Trâm Trinh Tuyết Uyên Vân Vy Xuân Ánh \
    Bích Chi Cúc Diễm Diệp Dung Duyên Đào Giang Hân Hoài Hồng Khanh Kiều Lệ Mỹ Nhàn Như Nương Sen Thoa Thư Thương Tú \
    Vinh Ái Cẩm Châu Hậu Hòa Huyền Lài Lâm Mận Na Thắm";
