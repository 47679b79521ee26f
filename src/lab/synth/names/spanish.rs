//! Spanish names: one or two given names, two surnames, particles such as `de la`.

use std::sync::LazyLock;

use super::{Draws, Gender, Part, PartKind, Script, System, Table, as_written};

pub(super) static SYSTEM: System = System {
    name: "spanish",
    script: Script::Latin,
    new_year: 2,
    person,
    given,
    alias: |gender, draws| vec![alias(gender, draws)],
    romanise: as_written,
};

static MEN: LazyLock<Table> = LazyLock::new(|| Table::words(MEN_TEXT, 5));
static WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(WOMEN_TEXT, 5));
static SHORT_MEN: LazyLock<Table> = LazyLock::new(|| Table::words(SHORT_MEN_TEXT, 5));
static SHORT_WOMEN: LazyLock<Table> = LazyLock::new(|| Table::words(SHORT_WOMEN_TEXT, 5));
static SURNAMES: LazyLock<Table> = LazyLock::new(|| Table::words(SURNAME_TEXT, 6));
static WITH_PARTICLE: LazyLock<Table> = LazyLock::new(|| Table::lines(WITH_PARTICLE_TEXT, 6));

fn person(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let mut parts = given(gender, draws);
    surname(PartKind::Family, &mut parts, draws);
    if draws.chance(0.9) {
        surname(PartKind::SecondFamily, &mut parts, draws);
    }
    parts
}

fn given(gender: Gender, draws: &mut Draws) -> Vec<Part> {
    let table = if gender == Gender::Male { &MEN } else { &WOMEN };
    let mut parts = vec![super::part(PartKind::Given, table, draws)];
    if draws.chance(0.45) {
        let second = super::part(PartKind::SecondGiven, table, draws);
        if second.native != parts[0].native {
            parts.push(second);
        }
    }
    parts
}

fn alias(gender: Gender, draws: &mut Draws) -> Part {
    super::part(PartKind::Given, if gender == Gender::Male { &SHORT_MEN } else { &SHORT_WOMEN }, draws)
}

/// A surname; one in sixteen with a particle before it.
fn surname(kind: PartKind, parts: &mut Vec<Part>, draws: &mut Draws) {
    if draws.chance(0.06) {
        let entry = WITH_PARTICLE.pick(draws);
        // The line holds the surname, then its particle as the only spelling.
        parts.push(Part::new(PartKind::Particle, entry.spellings[0].clone()));
        parts.push(Part::new(kind, entry.native.clone()));
    } else {
        parts.push(super::part(kind, &SURNAMES, draws));
    }
}

const WITH_PARTICLE_TEXT: &str = "
Cruz de_la
Torre de_la
Fuente de_la
Rosa de_la
Vega de_la
Peña de_la
Río del
Campo del
Valle del
Castillo del
Pozo del
Santos de_los
Ríos de_los
Reyes de_los
Heras de_las
Casas de_las
León de
Castro de
Jesús de
Ávila de
";
const MEN_TEXT: &str = "José Juan Luis Carlos Jesús Antonio Miguel Manuel Francisco Jorge Pedro Alejandro Daniel Fernando \
    Rafael Roberto Ricardo Javier Eduardo David Alberto Sergio Andrés Óscar Mario Raúl Víctor Enrique Ramón Diego Pablo \
    Julio César Martín Arturo Gabriel Rubén Armando Gerardo Héctor Guillermo Hugo Alfredo Ángel Gustavo Iván Santiago \
    Felipe Salvador Álvaro Adrián Ernesto Joaquín Gonzalo Ignacio Marcos Tomás Cristian Rodrigo Sebastián Esteban \
    Nicolás Emilio Agustín Alonso Hernán Mauricio Fabián Leonardo Wilson Édgar Germán Jairo Nelson Ismael Rogelio Darío \
    Bernardo Mateo Cristóbal Leandro Facundo Efraín Abel Samuel Elías Aurelio Benjamín Íñigo Lorenzo";
const WOMEN_TEXT: &str = "María Guadalupe Ana Rosa Carmen Juana Margarita Josefa Teresa Francisca Patricia Elena Laura \
    Isabel Lucía Marta Gloria Alicia Silvia Leticia Claudia Martha Verónica Sandra Gabriela Adriana Beatriz Andrea \
    Cristina Mónica Paula Pilar Dolores Concepción Mercedes Raquel Rocío Sara Sofía Valentina Camila Daniela Carolina \
    Natalia Alejandra Diana Luz Marina Esperanza Consuelo Inés Julia Irene Nuria Eva Victoria Lorena Yolanda Susana \
    Esther Luisa Antonia Catalina Cecilia Fernanda Ángela Paola Viviana Marcela Liliana Milagros Noelia Belén Ximena \
    Nieves Soledad Amparo Encarnación Graciela Norma Olga Blanca Estela Jimena Macarena";
const SHORT_MEN_TEXT: &str =
    "Pepe Paco Nacho Chema Manolo Quique Chucho Lalo Beto Memo Toño Pancho Kiko Rafa Santi Tito";
const SHORT_WOMEN_TEXT: &str =
    "Lupe Paqui Lola Concha Pili Charo Tere Maite Chelo Mari Nena Gabi Caro Vero Lola Merche";
const SURNAME_TEXT: &str = "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Hernández \
    Jiménez Ruiz Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez \
    Serrano Blanco Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido \
    Cortés Castillo Santos Lozano Guerrero Cano Prieto Méndez Cruz Calvo Gallego Vidal León Márquez Herrera Peña Flores \
    Cabrera Campos Vega Fuentes Carrasco Diez Caballero Reyes Nieto Aguilar Pascual Santana Herrero Montero Lorenzo \
    Hidalgo Giménez Ibáñez Ferrer Durán Santiago Benítez Mora Vicente Vargas Arias Carmona Crespo Román Pastor Soto Sáez \
    Velasco Moya Soler Parra Esteban Bravo Gallardo Rojas Quispe Mamani Huamán Chávez Rivera Mendoza Contreras Guzmán \
    Salazar Rivas Pineda Acosta Cárdenas Valencia Zapata Ospina Restrepo Mejía Cardona Quintero Londoño Arango Bedoya \
    Castaño Giraldo Escobar Villegas Orozco Sepúlveda Valdez Espinoza Paredes Villanueva Bustamante Figueroa Maldonado \
    Sandoval Miranda Avendaño Zambrano Cedeño Intriago Moreira Macías Alarcón Barrios Escalante Cisneros Tapia Olivares \
    Ledesma Ojeda Godoy Peralta Ponce Luna Quiroga Sosa Bustos Farías Ríos Ayala Galeano Franco Montes Salgado Bermúdez \
    Echeverría Arriaga Zúñiga Iturbe Goñi Etxeberria Aranda Cuesta Redondo Merino Cuevas Trujillo Segura Abad Manzano";
