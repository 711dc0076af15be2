"""What laboratories call the columns of a table (pure): English, German, French, Spanish and Dutch.

Own wording; no source lists these names (S). Of two columns of one meaning the name that comes first here is
the stronger; names that may mean two things, such as "patient" or "low", are left out.
"""

import unicodedata
from functools import lru_cache

# Without these nothing can be read; of `loinc` and `test` one is enough.
REQUIRED = ("mrn", "value", "unit", "collected_at")
LABELS = {
    "mrn": "the patient's number (mrn)",
    "value": "the value (value)",
    "unit": "the unit (unit)",
    "collected_at": "the sample time (collected_at)",
    "test": "the test (loinc or test)",
}

_NAMES = {
    "mrn": "mrn medicalrecordnumber patientmrn hospitalnumber patientid patientnumber patientno patid pid"
    " patientennummer patientennr patientnr patnr patientenid ipp nip numeropatient idpatient nopatient"
    " numerodedossier nhc historiaclinica numerodehistoria idpaciente numerodepaciente patientnummer"
    " ziekenhuisnummer",
    "family_name": "familyname family lastname surname patientfamilyname patientlastname nachname"
    " familienname nomdefamille nom apellidos apellido achternaam name naam patientname patientenname",
    "given_name": "givenname given firstname forename patientfirstname patientgivenname vorname prenom nombre"
    " voornaam",
    "birth_date": "birthdate dateofbirth dob birthday patientdob born geburtsdatum gebdatum gebdat geburtstag"
    " geb datedenaissance datenaissance naissance ddn fechadenacimiento fechanacimiento fnac"
    " geboortedatum",
    "sex": "sex gender geschlecht sexe sexo geslacht",
    "loinc": "loinc loinccode loincnum loincnumber loincnr codeloinc",
    "code": "code testcode analytecode localcode analysencode analysecode kurzel kuerzel testkurzel"
    " codeanalyse codigo bepalingscode",
    "test": "test testname analyte component parameter assay observation analyse analyt untersuchung"
    " bestimmung messgrosse laborparameter testbezeichnung examen analysis analisis prueba determinacion"
    " parametro bepaling onderzoek",
    "value": "value resultvalue numericvalue result messwert ergebnis wert resultat valeur resultado valor"
    " resultaat uitslag waarde",
    "comparator": "comparator vergleichszeichen",
    "unit": "unit units uom resultunit unitofmeasure einheit masseinheit unite unites unidad unidades"
    " eenheid",
    "ref_low": "reflow referencelow referencerangelow referenceintervallow rangelow normallow refmin"
    " lowerlimit lln untergrenze unterergrenzwert referenzuntergrenze borneinferieure limiteinferieure"
    " limiteinferior ondergrens",
    "ref_high": "refhigh referencehigh referencerangehigh referenceintervalhigh rangehigh normalhigh refmax"
    " upperlimit uln obergrenze oberergrenzwert referenzobergrenze bornesuperieure limitesuperieure"
    " limitesuperior bovengrens",
    "range": "range referencerange referenceinterval refrange reference normalrange referenz referenzbereich"
    " referenzintervall normbereich normwerte references valeursdereference intervalledereference"
    " referencia valoresdereferencia rangodereferencia referentie referentiewaarden referentiewaarde"
    " normaalwaarden",
    "collected_at": "collectedat collected collectiondatetime specimencollectedat datetimecollected"
    " collectiondate datecollected sampledat sampledatetime sampledate drawnat drawdate takenat abnahme"
    " abnahmezeitpunkt abnahmedatum entnahme entnahmezeitpunkt entnahmedatum probenahme probenentnahme"
    " probendatum prelevement datedeprelevement dateprelevement prelevele extraccion fechaextraccion"
    " fechadeextraccion fechatoma fechademuestra afname afnamedatum afnamedatumtijd monsterdatum"
    " datetime date datum fecha",
    "collected_time": "collectedtime collectiontime timecollected sampletime drawtime abnahmezeit"
    " abnahmeuhrzeit entnahmezeit entnahmeuhrzeit heuredeprelevement heureprelevement horaextraccion"
    " horadeextraccion afnametijd time uhrzeit zeit heure hora tijd",
    "analysed_at": "analysedat analyzedat analysistime analysisdate measuredat analysezeit analysezeitpunkt"
    " messzeit messzeitpunkt heureanalyse horaanalisis analysetijd",
    "reported_at": "reportedat reported reportdate reporttime resultdate resultedat validatedat befunddatum"
    " freigabe freigabezeit freigegebenam datedevalidation datevalidation fechadevalidacion"
    " fechavalidacion fecharesultado rapportdatum uitslagdatum",
    "status": "status resultstatus befundstatus statut estado",
    "method": "method testmethod methode metodo",
    "analyzer": "analyzer analyser instrument analysator analysegerat gerat geraet automate analizador"
    " analysetoestel",
    "specimen": "specimen specimentype sampletype material probenart probenmaterial untersuchungsmaterial"
    " probe naturedeprelevement typedeprelevement echantillon muestra tipodemuestra materiaal"
    " monstermateriaal",
    "anticoagulant": "anticoagulant additive antikoagulans anticoagulante antistollingsmiddel",
    "storage": "storage lagerung conservation almacenamiento opslag",
    "laboratory": "laboratory laboratoryname labname performinglab lab labor laboratoire laboratorio"
    " laboratorium",
    "order": "fillernumber fillerordernumber accession accessionnumber ordernumber orderid order sampleid"
    " specimenid samplenumber auftragsnummer auftragsnr auftrag probennummer labornummer numerodedemande"
    " numerodemande numerodepeticion peticion ordernummer aanvraagnummer monsternummer",
    "flag": "abnormalflag flag flags abnormal markierung indicateur vlag",
    "haemolysed": "haemolysed hemolyzed hemolysed haemolysis hemolysis hamolytisch hamolyse haemolyse"
    " hemolyse hemolisis",
    "anaerobic": "anaerobic anaerob anaerobie anaerobio anaeroob",
    "ph": "ph bloodph blutph",
    "fasting": "fasting nuchtern nuechtern ajeun ayunas nuchter",
    "last_mg_dose_at": "lastmgdoseat lastmgdose lastmagnesiumdose lastmagnesiumdoseat letztemagnesiumeinnahme"
    " letztemgeinnahme",
}
# No word that we know is nearly as long.
_COMPARED = 200
_FIELDS = {
    name: (field, strength) for field, names in _NAMES.items() for strength, name in enumerate(names.split())
}


def folded(name: str) -> str:
    """Letters and digits only, without case and accents: `Geb.-Datum` is `gebdatum`."""
    return _folded(name[:_COMPARED])


@lru_cache(maxsize=1024)
def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if letter.isalnum())


def field_of(name: str) -> tuple[str, int] | None:
    """The field that a column of this name holds, and how weak the name is; None for a name unknown to us."""
    return _FIELDS.get(folded(name))
