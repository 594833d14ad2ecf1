"""The specialties of KH03's occupied beds, in the published order, and under which a treatment function's patients are counted.

The return counts by main specialty; our stays know the treatment function. A function that is no specialty of the list stands under
the specialty that it is a part of (NHS Data Dictionary). One that none is known for stands under none, which a check says.
"""

_LISTED = """
100 General Surgery; 101 Urology; 107 Vascular Surgery; 110 Trauma & Orthopaedics; 120 ENT; 130 Ophthalmology; 140 Oral Surgery;
141 Restorative Dentistry; 142 Paediatric Dentistry; 143 Orthodontics; 145 Oral & Maxillo Facial Surgery; 146 Endontics;
147 Peridontics; 148 Prosthodontics; 149 Surgical Dentistry; 150 Neurosurgery; 160 Plastic Surgery; 170 Cardiothoracic Surgery;
171 Paediatric Surgery; 180 Accident & Emergency; 190 Anaesthetics; 192 Critical Care Medicine; 300 General Medicine;
301 Gastroenterology; 302 Endocrinology; 303 Clinical Haematology; 304 Clinical Physiology; 305 Clinical Pharmacology;
310 Audiological Medicine; 311 Clinical Genetics; 313 Clinical Immunology & Allergy; 314 Rehabilitation; 315 Palliative Medicine;
317 Allergy; 320 Cardiology; 321 Paediatric Cardiology; 325 Sport and Exercise Medicine; 326 Acute Internal Medicine;
330 Dermatology; 340 Thoracic Medicine; 350 Infectious Diseases; 352 Tropical Medicine; 360 Genito-Urinary Medicine;
361 Nephrology; 370 Medical Oncology; 371 Nuclear Medicine; 400 Neurology; 401 Clinical Neuro-Physiology; 410 Rheumatology;
420 Paediatrics; 421 Paediatric Neurology; 430 Geriatric Medicine; 450 Dental Medicine Specialties; 451 Special Care Dentistry;
460 Medical Ophthalmology; 501 Obstetrics; 502 Gynaecology; 504 Community Sexual and Reproductive Health; 700 Learning Disability;
710 Adult Mental Illness; 711 Child & Adolescent Psychiatry; 712 Forensic Psychiatry; 713 Psychotherapy; 715 Old Age Psychiatry;
800 Clinical Oncology; 810 Radiology; 820 General Pathology; 821 Blood Transfusion; 822 Chemical Pathology; 823 Haematology;
824 Histopathology; 830 Immunopathology; 831 Medical Microbiology and Virology; 833 Medical Microbiology; 834 Medical Virology;
900 Community Medicine; 901 Occupational Medicine
"""
# Headings as they are published, two misspelt ones among them.
SPECIALTIES = {heading.strip().split(" ", 1)[0]: " ".join(heading.split()) for heading in _LISTED.split(";")}
_PARTS = {
    "100": "102 103 104 105 106 108 109", "145": "144", "160": "161", "170": "172 173 174", "190": "191",
    "171": "211 212 213 214 215 216 217 218 219 220 221 222 223 242",
    "420": "241 251 252 253 254 255 256 257 258 259 260 261 262 263 264 290 291 422 424", "301": "306", "302": "307",
    "303": "308 309 324", "300": "318 319 328 329 331", "320": "327", "314": "323", "340": "341 342 343", "430": "345 346",
    "361": "344", "502": "503", "501": "560",
}  # fmt: skip
SPECIALTY_OF = {code: code for code in SPECIALTIES} | {part: code for code, parts in _PARTS.items() for part in parts.split()}
